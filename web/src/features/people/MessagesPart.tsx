/** Every message to one person, newest first, each with its reason. */
import type { MessageSummary } from '@carillon/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { isKey } from '../../i18n/translate.ts'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { reasonText, StateChip } from '../executions/message-state.tsx'
import { PersonPanel } from './PersonPanel.tsx'
import { usePersonMessages } from './person-queries.ts'

const Row = ({ row }: { row: MessageSummary }) => {
  const t = useT()
  const navigate = useNavigate()
  const { messageId } = row
  const channel = `channel.${row.channel}`
  const open = () => void navigate({ to: '/messages/$messageId', params: { messageId } })
  return (
    <tr className="opens" onClick={opensRow(open)}>
      <td className="break" style={{ minWidth: 110 }}>
        <Link to="/messages/$messageId" params={{ messageId }} className="link strong">
          {row.campaignName}
        </Link>
      </td>
      <td>
        <StateChip state={row.state} />
      </td>
      <td style={{ minWidth: 130 }}>{reasonText(t, row.reason, row.reasonText)}</td>
      <td>{isKey(channel) ? t(channel) : row.channel}</td>
      <td className="break" style={{ minWidth: 120 }}>
        {row.userId}
      </td>
      <td className="num">
        <Time at={row.changedAt} />
      </td>
    </tr>
  )
}

const Table = ({ rows }: { rows: readonly MessageSummary[] }) => {
  const t = useT()
  return (
    <div className="table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('exec.campaign')}</th>
            <th>{t('msg.state')}</th>
            <th>{t('msg.reason')}</th>
            <th>{t('campaigns.channel')}</th>
            <th>{t('people.identity')}</th>
            <th className="num">{t('msg.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.messageId} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The part. */
export const MessagesPart = ({ profileId }: { profileId: string }) => {
  const t = useT()
  return (
    <PersonPanel
      title={t('person.messages')}
      empty={t('person.noMessages')}
      list={usePersonMessages(profileId)}
    >
      {rows => <Table rows={rows} />}
    </PersonPanel>
  )
}
