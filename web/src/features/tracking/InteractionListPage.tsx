/** What each person did with each message: the list that every total of opens and clicks opens into. */
import type { Interaction } from '@carillon/contract'
import { Button } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { PersonCell } from '../executions/PersonCell.tsx'
import type { InteractionFilters } from './filters.ts'
import { useInteractions } from './tracking-queries.ts'

const Row = ({ row }: { row: Interaction }) => {
  const { t, formats } = useSpeech()
  const navigate = useNavigate()
  const { messageId, link } = row
  const open = () => void navigate({ to: '/messages/$messageId', params: { messageId } })
  return (
    <tr className="opens" onClick={opensRow(open)}>
      <PersonCell row={row} />
      <td>
        {t(`track.kind.${row.kind}`)} {row.machine && <span className="tag">{t('story.done.machine')}</span>}
      </td>
      <td className="break" style={{ minWidth: 60 }}>
        {link === null ? '' : link.label === '' ? link.url : link.label}
      </td>
      <td className="num">{formats.number(row.n)}</td>
      <td className="num">
        <Time at={row.firstAt} />
      </td>
      <td className="num">
        <Time at={row.lastAt} />
      </td>
    </tr>
  )
}

const Scope = ({ filters }: { filters: InteractionFilters }) => {
  const t = useT()
  const { campaignId, executionId, kind, linkId, machine } = filters
  return (
    <>
      {kind !== undefined && <span className="tag">{t(`track.kind.${kind}`)}</span>}
      {machine !== undefined && <span className="tag">{t(machine ? 'track.machine' : 'track.people')}</span>}
      {linkId !== undefined && <span className="tag">{t('track.oneLink')}</span>}
      {campaignId !== undefined && (
        <Link to="/campaigns/$id" params={{ id: campaignId }} search={{ tab: 'tracking' }} className="tag">
          {t('exec.ofCampaign')}
        </Link>
      )}
      {executionId !== undefined && (
        <Link to="/executions/$executionId" params={{ executionId }} search={{}} className="tag">
          {t('msg.ofExecution')}
        </Link>
      )}
    </>
  )
}

const Table = ({ rows }: { rows: readonly Interaction[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('msg.person')}</th>
            <th>{t('track.what')}</th>
            <th>{t('track.link')}</th>
            <th className="num">{t('track.total')}</th>
            <th className="num">{t('track.first')}</th>
            <th className="num">{t('track.last')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={`${row.messageId} ${row.kind} ${row.link?.linkId} ${row.machine}`} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The page. */
export const InteractionListPage = () => {
  const t = useT()
  const filters = useSearch({ from: '/app/interactions' })
  const navigate = useNavigate()
  const list = useInteractions(filters)
  const { campaignId, executionId, ...narrowed } = filters
  const scope = {
    ...(campaignId === undefined ? {} : { campaignId }),
    ...(executionId === undefined ? {} : { executionId }),
  }
  return (
    <>
      <PageHead title={t('track.title')} beside={<Scope filters={filters} />}>
        {Object.keys(narrowed).length > 0 && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => void navigate({ to: '/interactions', search: scope, replace: true })}
          >
            {t('campaigns.clear')}
          </Button>
        )}
      </PageHead>
      <PagedList list={list} empty={<EmptyNote title={t('track.none')} text={t('track.noneDo')} />}>
        {rows => <Table rows={rows} />}
      </PagedList>
    </>
  )
}
