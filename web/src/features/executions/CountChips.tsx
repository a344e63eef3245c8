/** The counts of an execution as chips; each opens the messages it counts. */
import type { Counts } from '@carillon/contract'
import { Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useSpeech } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { GROUPS, lookOfGroup } from './message-state.tsx'

/** Chips for the counts that are not zero. */
export const CountChips = ({ counts, executionId }: { counts: Counts; executionId: string }) => {
  const { t, formats } = useSpeech()
  return (
    <Group gap={4} wrap="wrap">
      {GROUPS.filter(group => counts[group] > 0).map(group => {
        const [tone, icon] = lookOfGroup(group)
        return (
          <Link key={group} to="/messages" search={{ executionId, state: group }} className="chip-link">
            <Chip tone={tone} icon={icon}>
              {formats.number(counts[group])} {t(`state.${group}`).toLowerCase()}
            </Chip>
          </Link>
        )
      })}
    </Group>
  )
}
