/** Puts the studio together: theme, language, query cache, API and routes. */
import '@mantine/core/styles.css'
import '@fontsource-variable/inter'
import './ui/ui.css'
import './features/campaigns/campaigns.css'
import './features/content/content.css'
import './features/executions/executions.css'
import './features/holds/holds.css'
import './features/inbox/inbox.css'
import type { Session } from '@carillon/contract'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem, createApi } from './api.ts'
import { createSandboxChoice } from './features/session/sandbox.ts'
import { SESSION_KEY, StudioProvider } from './features/session/session.tsx'
import { firstLanguage, LanguageProvider } from './i18n/language.tsx'
import { router } from './routes.tsx'
import { theme, variables } from './theme.ts'

// A refusal stays a refusal; only a call without an answer, or one the server could not serve, is worth repeating.
const isWorthRepeating = (failures: number, error: unknown) =>
  failures < 2 && error instanceof ApiProblem && (error.problem.status === 0 || error.problem.status >= 500)

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: isWorthRepeating, staleTime: 1_000, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
})
const sandbox = createSandboxChoice(window.localStorage)
const api = createApi({
  fetch: (url, init) => window.fetch(url, init),
  csrfToken: () => queries.getQueryData<Session | null>(SESSION_KEY)?.csrfToken ?? null,
  sandbox: sandbox.get,
  signedOut: () => queries.setQueryData(SESSION_KEY, null),
})

const place = document.getElementById('root')
if (place) {
  const first = await firstLanguage()
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <LanguageProvider first={first}>
          <QueryClientProvider client={queries}>
            <StudioProvider api={api} sandbox={sandbox}>
              <RouterProvider router={router} />
            </StudioProvider>
          </QueryClientProvider>
        </LanguageProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
