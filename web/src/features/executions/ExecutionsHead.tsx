/** The head of the executions room: its parts as links, the dead letters with how many there are. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSpeech } from '../../i18n/language.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { useApi } from '../session/session.tsx'

const PARTS = [
  { to: '/executions', label: 'part.executions' },
  { to: '/executions/schedules', label: 'part.schedules' },
  { to: '/executions/dead-letters', label: 'part.dead' },
  { to: '/executions/traffic', label: 'part.traffic' },
  { to: '/executions/why', label: 'part.why' },
] as const

/** How many dead letters there are, by state, reason and campaign. */
export const useDeadLetterSummary = () => {
  const api = useApi()
  return useQuery({
    queryKey: ['dead-letters', 'summary'],
    queryFn: api.deadLetters.summary,
    refetchInterval: 10_000,
  })
}

/** The head; `children` are what can be done with the open part. */
export const ExecutionsHead = (props: { beside?: ReactNode; children?: ReactNode }) => {
  const { t, formats } = useSpeech()
  const dead = useDeadLetterSummary().data?.total ?? 0
  return (
    <>
      <PageHead title={t('nav.executions')} beside={props.beside}>
        {props.children}
      </PageHead>
      <nav className="parts" aria-label={t('part.label')}>
        {PARTS.map(part => (
          <Link
            key={part.to}
            to={part.to}
            className="part"
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {t(part.label)}{' '}
            {part.to === '/executions/dead-letters' && dead > 0 && (
              <span className="badge">{formats.number(dead)}</span>
            )}
          </Link>
        ))}
      </nav>
    </>
  )
}
