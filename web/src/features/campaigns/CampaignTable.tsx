/** The rows of the campaign list. */
import type { CampaignSummary, Hold } from '@carillon/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSpeech } from '../../i18n/language.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { HoldChip } from '../holds/HoldChip.tsx'
import { holdsOfCampaign, useHolds } from '../holds/hold-queries.ts'
import { CampaignRowMenu } from './CampaignRowMenu.tsx'
import { StatusChip } from './campaign-status.tsx'
import { channelName } from './channel-name.ts'

const TOTALS = ['accepted', 'sent', 'excluded', 'failed', 'unknown', 'cancelled', 'open'] as const

type TotalName = (typeof TOTALS)[number]

const Total = ({ row, name }: { row: CampaignSummary; name: TotalName }) => {
  const { formats, t } = useSpeech()
  const shown = formats.number(row[name])
  if (row[name] === 0) return <td className="num zero">{shown}</td>
  return (
    <td className="num">
      <Link
        to="/messages"
        search={{ campaignId: row.id, ...(name === 'accepted' ? {} : { state: name }) }}
        className="num-link"
        aria-label={`${t(`state.${name}`)}: ${shown}`}
      >
        {shown}
      </Link>
    </td>
  )
}

const Row = (props: { row: CampaignSummary; totals: readonly TotalName[]; holds: readonly Hold[] }) => {
  const { row, totals, holds } = props

  const { t } = useSpeech()
  const navigate = useNavigate()
  const open = () => void navigate({ to: '/campaigns/$id', params: { id: row.id }, search: {} })
  return (
    <tr className="opens" onClick={opensRow(open)}>
      <td style={{ minWidth: 150 }}>
        <Link to="/campaigns/$id" params={{ id: row.id }} search={{}} className="link strong">
          {row.name}
        </Link>
      </td>
      <td className="nowrap">
        <StatusChip status={row.status} />{' '}
        {holds.map(hold => (
          <span key={hold.id}>
            <HoldChip hold={hold} />{' '}
          </span>
        ))}{' '}
        {row.hasDraft && row.liveVersion !== null && (
          <span className="tag">{t('campaigns.draftBeside')}</span>
        )}
      </td>
      <td>{channelName(t, row.channel)}</td>
      <td>
        {row.tags.map(tag => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </td>
      {totals.map(name => (
        <Total key={name} row={row} name={name} />
      ))}
      <td className="num">
        <Time at={row.modifiedAt} />
      </td>
      <td className="num end">
        <CampaignRowMenu row={row} paused={holds.some(hold => hold.kind === 'pause')} />
      </td>
    </tr>
  )
}

/** The table. */
export const CampaignTable = ({ rows }: { rows: readonly CampaignSummary[] }) => {
  const { t } = useSpeech()
  const holds = useHolds().data ?? []
  // Cancelled messages are rare: their column is there when there are any.
  const totals = TOTALS.filter(name => name !== 'cancelled' || rows.some(row => row.cancelled > 0))
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('campaigns.name')}</th>
            <th>{t('campaigns.status')}</th>
            <th>{t('campaigns.channel')}</th>
            <th>{t('campaigns.tags')}</th>
            {totals.map(name => (
              <th key={name} className="num">
                {t(`state.${name}`)}
              </th>
            ))}
            <th className="num">{t('campaigns.modified')}</th>
            <th className="end" aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} totals={totals} holds={holdsOfCampaign(holds, row.id)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
