/** Which address shows which room, with typed filters. Rooms other than the campaign list load when they are opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { CampaignListPage } from './features/campaigns/CampaignListPage.tsx'
import { readCampaignFilters, readStep } from './features/campaigns/filters.ts'
import { readFragmentFilters, readSearch, readTableView } from './features/content/filters.ts'
import { readDeadLetterView } from './features/executions/dead-letters.ts'
import {
  readCampaignId,
  readMessageFilters,
  readState,
  readWhyQuestion,
} from './features/executions/filters.ts'
import { readImportView } from './features/imports/filters.ts'
import { readInboxView } from './features/inbox/filters.ts'
import { readPeopleFilters } from './features/people/filters.ts'
import { readSettingsPart } from './features/settings/parts.ts'
import { Shell } from './features/shell/Shell.tsx'
import { readInteractionFilters } from './features/tracking/filters.ts'
import { useT } from './i18n/language.tsx'
import { EmptyNote } from './ui/EmptyNote.tsx'
import { ProblemNote } from './ui/ProblemNote.tsx'
import { readText } from './ui/url-text.ts'

const NotFound = () => {
  const t = useT()
  return <EmptyNote title={t('app.notFound')} text={t('app.notFoundDo')} />
}

type Raw = Record<string, unknown>

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <ProblemNote error={error} onRetry={() => window.location.reload()} />,
})

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (raw: Raw): { token?: string; back?: string } => ({
    ...readText(raw, 'token'),
    ...readText(raw, 'back'),
  }),
  component: lazyRouteComponent(() => import('./features/session/LoginPage.tsx'), 'LoginPage'),
})

const app = createRoute({ getParentRoute: () => root, id: 'app', component: Shell })

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/campaigns', replace: true })
  },
})

const campaigns = createRoute({
  getParentRoute: () => app,
  path: '/campaigns',
  validateSearch: readCampaignFilters,
  component: CampaignListPage,
})

const campaign = createRoute({
  getParentRoute: () => app,
  path: '/campaigns/$id',
  validateSearch: readStep,
  component: lazyRouteComponent(() => import('./features/campaigns/CampaignPage.tsx'), 'CampaignPage'),
})

const executions = createRoute({
  getParentRoute: () => app,
  path: '/executions',
  validateSearch: readCampaignId,
  component: lazyRouteComponent(
    () => import('./features/executions/ExecutionListPage.tsx'),
    'ExecutionListPage',
  ),
})

const schedules = createRoute({
  getParentRoute: () => app,
  path: '/executions/schedules',
  component: lazyRouteComponent(() => import('./features/executions/SchedulesPage.tsx'), 'SchedulesPage'),
})

const deadLetters = createRoute({
  getParentRoute: () => app,
  path: '/executions/dead-letters',
  validateSearch: readDeadLetterView,
  component: lazyRouteComponent(() => import('./features/executions/DeadLetterPage.tsx'), 'DeadLetterPage'),
})

const why = createRoute({
  getParentRoute: () => app,
  path: '/executions/why',
  validateSearch: readWhyQuestion,
  component: lazyRouteComponent(() => import('./features/executions/WhyPage.tsx'), 'WhyPage'),
})

const traffic = createRoute({
  getParentRoute: () => app,
  path: '/executions/traffic',
  component: lazyRouteComponent(() => import('./features/executions/TrafficPage.tsx'), 'TrafficPage'),
})

const execution = createRoute({
  getParentRoute: () => app,
  path: '/executions/$executionId',
  validateSearch: readState,
  component: lazyRouteComponent(() => import('./features/executions/ExecutionPage.tsx'), 'ExecutionPage'),
})

const messages = createRoute({
  getParentRoute: () => app,
  path: '/messages',
  validateSearch: readMessageFilters,
  component: lazyRouteComponent(() => import('./features/executions/MessageListPage.tsx'), 'MessageListPage'),
})

const interactions = createRoute({
  getParentRoute: () => app,
  path: '/interactions',
  validateSearch: readInteractionFilters,
  component: lazyRouteComponent(
    () => import('./features/tracking/InteractionListPage.tsx'),
    'InteractionListPage',
  ),
})

const message = createRoute({
  getParentRoute: () => app,
  path: '/messages/$messageId',
  component: lazyRouteComponent(() => import('./features/executions/MessagePage.tsx'), 'MessagePage'),
})

const people = createRoute({
  getParentRoute: () => app,
  path: '/people',
  validateSearch: readPeopleFilters,
  component: lazyRouteComponent(() => import('./features/people/ProfileListPage.tsx'), 'ProfileListPage'),
})

const person = createRoute({
  getParentRoute: () => app,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('./features/people/ProfilePage.tsx'), 'ProfilePage'),
})

const audiences = createRoute({
  getParentRoute: () => app,
  path: '/people/audiences',
  validateSearch: readSearch,
  component: lazyRouteComponent(
    () => import('./features/audiences/AudienceListPage.tsx'),
    'AudienceListPage',
  ),
})

const audience = createRoute({
  getParentRoute: () => app,
  path: '/people/audiences/$id',
  component: lazyRouteComponent(() => import('./features/audiences/AudiencePage.tsx'), 'AudiencePage'),
})

const imports = createRoute({
  getParentRoute: () => app,
  path: '/people/imports',
  component: lazyRouteComponent(() => import('./features/imports/ImportListPage.tsx'), 'ImportListPage'),
})

const importOne = createRoute({
  getParentRoute: () => app,
  path: '/people/imports/$id',
  validateSearch: readImportView,
  component: lazyRouteComponent(() => import('./features/imports/ImportPage.tsx'), 'ImportPage'),
})

const erasures = createRoute({
  getParentRoute: () => app,
  path: '/people/erasures',
  component: lazyRouteComponent(() => import('./features/erasure/ErasureListPage.tsx'), 'ErasureListPage'),
})

const inbox = createRoute({
  getParentRoute: () => app,
  path: '/inbox',
  validateSearch: readInboxView,
  component: lazyRouteComponent(() => import('./features/inbox/InboxPage.tsx'), 'InboxPage'),
})

const fragments = createRoute({
  getParentRoute: () => app,
  path: '/content',
  validateSearch: readFragmentFilters,
  component: lazyRouteComponent(() => import('./features/content/FragmentListPage.tsx'), 'FragmentListPage'),
})

const fragment = createRoute({
  getParentRoute: () => app,
  path: '/content/fragments/$id',
  component: lazyRouteComponent(() => import('./features/content/FragmentPage.tsx'), 'FragmentPage'),
})

const tables = createRoute({
  getParentRoute: () => app,
  path: '/content/lookup-tables',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./features/content/TableListPage.tsx'), 'TableListPage'),
})

const table = createRoute({
  getParentRoute: () => app,
  path: '/content/lookup-tables/$id',
  validateSearch: readTableView,
  component: lazyRouteComponent(() => import('./features/content/TablePage.tsx'), 'TablePage'),
})

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  validateSearch: readSettingsPart,
  component: lazyRouteComponent(() => import('./features/settings/SettingsPage.tsx'), 'SettingsPage'),
})

const ruleSet = createRoute({
  getParentRoute: () => app,
  path: '/settings/rule-sets/$id',
  component: lazyRouteComponent(() => import('./features/rules/RuleSetPage.tsx'), 'RuleSetPage'),
})

const rooms = app.addChildren([
  home,
  campaigns,
  campaign,
  executions,
  schedules,
  deadLetters,
  why,
  traffic,
  execution,
  messages,
  interactions,
  message,
  people,
  person,
  audiences,
  audience,
  imports,
  importOne,
  erasures,
  inbox,
  fragments,
  fragment,
  tables,
  table,
  settings,
  ruleSet,
])

/** The router of the studio. */
export const router = createRouter({
  routeTree: root.addChildren([login, rooms]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  // What no room reads leaves the address, and goes on to no other room.
  search: { strict: true },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
