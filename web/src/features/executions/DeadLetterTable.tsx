/** Dead letters with the provider's last words; rows can be chosen. */
import type { DeadLetter } from '@carillon/contract'
import { Checkbox } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSpeech } from '../../i18n/language.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { reasonText, StateChip } from './message-state.tsx'

/** Which rows are chosen, by message. */
export interface Choice {
  readonly chosen: ReadonlySet<string>
  readonly choose: (ids: readonly string[], on: boolean) => void
}

const Row = ({ row, chosen, choose }: { row: DeadLetter } & Choice) => {
  const { t } = useSpeech()
  const navigate = useNavigate()
  const { messageId } = row
  const open = () => void navigate({ to: '/messages/$messageId', params: { messageId } })
  const on = chosen.has(messageId)
  return (
    <tr className="opens" onClick={opensRow(open)} data-chosen={on}>
      <td>
        <Checkbox
          size="xs"
          aria-label={t('dead.select', { name: row.userId })}
          checked={on}
          onChange={event => choose([messageId], event.currentTarget.checked)}
        />
      </td>
      <td className="break" style={{ minWidth: 140 }}>
        <Link to="/messages/$messageId" params={{ messageId }} className="link strong">
          {row.userId}
        </Link>{' '}
        <span className="tag">{row.namespace}</span>
      </td>
      <td>
        <Link to="/campaigns/$id" params={{ id: row.campaignId }} search={{}} className="link">
          {row.campaignName}
        </Link>
      </td>
      <td>
        <StateChip state={row.state} />
      </td>
      <td>{reasonText(t, row.reason, row.reasonText)}</td>
      <td>{row.transport}</td>
      <td className="mono">{row.code}</td>
      <td>
        <div className="answer" title={row.answer ?? ''}>
          {row.answer}
        </div>
      </td>
      <td className="num">
        <Time at={row.changedAt} />
      </td>
    </tr>
  )
}

/** The table. */
export const DeadLetterTable = ({ rows, chosen, choose }: { rows: readonly DeadLetter[] } & Choice) => {
  const { t } = useSpeech()
  const all = rows.length > 0 && rows.every(row => chosen.has(row.messageId))
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>
              <Checkbox
                size="xs"
                aria-label={t('dead.selectAll')}
                checked={all}
                indeterminate={!all && rows.some(row => chosen.has(row.messageId))}
                onChange={event =>
                  choose(
                    rows.map(row => row.messageId),
                    event.currentTarget.checked,
                  )
                }
              />
            </th>
            <th>{t('msg.person')}</th>
            <th>{t('exec.campaign')}</th>
            <th>{t('msg.state')}</th>
            <th>{t('msg.reason')}</th>
            <th>{t('dead.transport')}</th>
            <th>{t('dead.code')}</th>
            <th>{t('dead.answer')}</th>
            <th className="num">{t('msg.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.messageId} row={row} chosen={chosen} choose={choose} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
