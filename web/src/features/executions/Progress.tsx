/** How far an execution is: one bar, and each count as the way into its messages. */
import type { Execution } from '@carillon/contract'
import { Text } from '@mantine/core'
import { useSpeech } from '../../i18n/language.tsx'
import { CountChips } from './CountChips.tsx'
import { GROUPS, lookOfGroup } from './message-state.tsx'

/** The bar with its counts. */
export const Progress = ({ execution }: { execution: Execution }) => {
  const { t } = useSpeech()
  const { counts, executionId } = execution
  const settled = counts.accepted - counts.open
  const words = t('exec.progress', { settled, count: counts.accepted })
  return (
    <section className="panel pad" data-progress={counts.open === 0 ? 'done' : 'open'}>
      <Text size="sm" fw={560}>
        {words}
      </Text>
      <div className="progress" role="img" aria-label={words}>
        {GROUPS.filter(group => counts[group] > 0).map(group => (
          <span key={group} data-tone={lookOfGroup(group)[0]} style={{ flexGrow: counts[group] }} />
        ))}
      </div>
      <CountChips counts={counts} executionId={executionId} />
    </section>
  )
}
