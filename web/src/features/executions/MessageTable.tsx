/** People and what became of their message. */
import type { MessageSummary } from '@carillon/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSpeech } from '../../i18n/language.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { reasonText, StateChip } from './message-state.tsx'
import { PersonCell } from './PersonCell.tsx'

const Row = ({ row, withCampaign }: { row: MessageSummary; withCampaign: boolean }) => {
  const { t, formats } = useSpeech()
  const navigate = useNavigate()
  const { messageId } = row
  const open = () => void navigate({ to: '/messages/$messageId', params: { messageId } })
  return (
    <tr className="opens" onClick={opensRow(open)}>
      <PersonCell row={row} />
      <td>
        <StateChip state={row.state} />
      </td>
      <td>{reasonText(t, row.reason, row.reasonText)}</td>
      {withCampaign && (
        <td>
          <Link to="/campaigns/$id" params={{ id: row.campaignId }} search={{}} className="link">
            {row.campaignName}
          </Link>
        </td>
      )}
      <td className="num">{formats.number(row.attempt)}</td>
      <td className="num">
        <Time at={row.changedAt} />
      </td>
    </tr>
  )
}

/** The table. `withCampaign` adds the campaign where rows are of several. */
export const MessageTable = (props: { rows: readonly MessageSummary[]; withCampaign: boolean }) => {
  const { t } = useSpeech()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('msg.person')}</th>
            <th>{t('msg.state')}</th>
            <th>{t('msg.reason')}</th>
            {props.withCampaign && <th>{t('exec.campaign')}</th>}
            <th className="num">{t('msg.attempts')}</th>
            <th className="num">{t('msg.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map(row => (
            <Row key={row.messageId} row={row} withCampaign={props.withCampaign} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
