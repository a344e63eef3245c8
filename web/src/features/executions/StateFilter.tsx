/** Narrows a list of messages to one count. */
import { Group } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { GROUPS, type StateGroup } from './message-state.tsx'

/** The filter; with `counts` each choice shows how many. */
export const StateFilter = (props: {
  value: StateGroup | undefined
  counts?: Readonly<Record<StateGroup | 'accepted', number>>
  onChange: (value: StateGroup | undefined) => void
}) => {
  const t = useT()
  const choices = [undefined, ...GROUPS] as const
  return (
    <Group gap={6} mb="sm" role="group" aria-label={t('msg.state')}>
      {choices.map(choice => (
        <button
          key={choice ?? 'all'}
          type="button"
          className="filter"
          aria-pressed={props.value === choice}
          onClick={() => props.onChange(choice)}
        >
          {t(choice === undefined ? 'app.all' : `state.${choice}`)}
          {props.counts && <span className="count">{props.counts[choice ?? 'accepted']}</span>}
        </button>
      ))}
    </Group>
  )
}
