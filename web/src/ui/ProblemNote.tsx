/** The one way the studio shows a failure: title, detail, the wrong members, and what to do. */
import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useT } from '../i18n/language.tsx'
import { adviceOf, problemFrom } from './problem.ts'

/** Shows nothing when there is no error; `onRetry` adds the button. */
export const ProblemNote = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => {
  const t = useT()
  if (error === null || error === undefined) return null
  const problem = problemFrom(error)
  const advice = adviceOf(problem)
  const title = problem.code === 'network' ? t('problem.network') : problem.title
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      {problem.detail !== '' && problem.detail !== problem.title && <Text size="sm">{problem.detail}</Text>}
      {problem.errors.length > 0 && (
        <ul className="plain-list">
          {problem.errors.map(one => (
            <li key={one.pointer + one.message}>
              <code>{one.pointer}</code> {one.message}
            </li>
          ))}
        </ul>
      )}
      {advice !== null && <Text size="sm">{t(advice)}</Text>}
      {problem.instance !== '' && problem.status >= 500 && (
        <Text size="xs" c="dimmed">
          {t('problem.instance', { id: problem.instance })}
        </Text>
      )}
      {onRetry !== undefined && (
        <Button mt="xs" size="compact-sm" variant="default" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </Alert>
  )
}
