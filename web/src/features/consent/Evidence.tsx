/** The evidence of a person's choices, newest first. */
import type { ConsentEvent } from '@carillon/contract'
import { Text } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { Time } from '../../ui/Time.tsx'
import { type Choice, shownAs, subjectOf } from './choices.ts'

const Row = ({ event, choices }: { event: ConsentEvent; choices: readonly Choice[] }) => {
  const t = useT()
  const word = (value: string | null) => t(shownAs(value, event.level === 'topic').key)
  return (
    <tr>
      <td>
        <Time at={event.at} />
      </td>
      <td className="break">{subjectOf(event, choices, t)}</td>
      <td>
        {word(event.before)} → {word(event.after)}
      </td>
      <td className="break">
        {t(`consent.source.${event.source}`)}, {event.by === '' ? t('consent.person') : event.by}
      </td>
      <td className="break" title={event.userAgent ?? undefined}>
        {event.shown}
      </td>
    </tr>
  )
}

/** The table. */
export const Evidence = (props: { events: readonly ConsentEvent[]; choices: readonly Choice[] }) => {
  const t = useT()
  if (props.events.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('consent.noEvidence')}
      </Text>
    )
  return (
    <div className="table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('consent.when')}</th>
            <th>{t('consent.what')}</th>
            <th>{t('consent.change')}</th>
            <th>{t('consent.by')}</th>
            <th>{t('consent.shown')}</th>
          </tr>
        </thead>
        <tbody>
          {props.events.map(event => (
            <Row key={event.id} event={event} choices={props.choices} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
