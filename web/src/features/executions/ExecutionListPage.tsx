/** Every accepted call and test, newest first. */
import type { ExecutionSummary } from '@carillon/contract'
import { Button } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { CountChips } from './CountChips.tsx'
import { ExecutionsHead } from './ExecutionsHead.tsx'
import { useExecutionList } from './execution-queries.ts'

// The end of an id tells two apart; its beginning is only the time.
const shortId = (id: string) => `${id.slice(0, id.indexOf('-') + 1)}…${id.slice(-12)}`

const Row = ({ row }: { row: ExecutionSummary }) => {
  const { t, formats } = useSpeech()
  const navigate = useNavigate()
  const { executionId } = row
  const open = () => void navigate({ to: '/executions/$executionId', params: { executionId }, search: {} })
  return (
    <tr className="opens" onClick={opensRow(open)}>
      <td className="mono nowrap">
        <Link
          to="/executions/$executionId"
          params={{ executionId }}
          search={{}}
          className="link"
          title={executionId}
        >
          {shortId(executionId)}
        </Link>
      </td>
      <td>
        <Link to="/campaigns/$id" params={{ id: row.campaignId }} search={{}} className="link strong">
          {row.campaignName}
        </Link>{' '}
        {row.campaignVersion !== null && (
          <span className="tag">{t('exec.version', { n: row.campaignVersion })}</span>
        )}
      </td>
      <td>{t(`kind.${row.kind}`)}</td>
      <td className="mono break">{row.requestId}</td>
      <td className="num">
        <Time at={row.createdAt} />
      </td>
      <td className="num">
        <Link to="/executions/$executionId" params={{ executionId }} search={{}} className="num-link">
          {formats.number(row.counts.accepted)}
        </Link>
      </td>
      <td>
        <CountChips counts={row.counts} executionId={executionId} />
      </td>
      <td>{t(row.finished ? 'exec.finished' : 'exec.running')}</td>
    </tr>
  )
}

const Table = ({ rows }: { rows: readonly ExecutionSummary[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('exec.id')}</th>
            <th>{t('exec.campaign')}</th>
            <th>{t('exec.kind')}</th>
            <th>{t('exec.request')}</th>
            <th className="num">{t('exec.created')}</th>
            <th className="num">{t('state.accepted')}</th>
            <th>{t('exec.counts')}</th>
            <th>{t('exec.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.executionId} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The page. */
export const ExecutionListPage = () => {
  const t = useT()
  const filters = useSearch({ from: '/app/executions' })
  const navigate = useNavigate()
  const list = useExecutionList(filters)
  return (
    <>
      <ExecutionsHead
        beside={filters.campaignId !== undefined && <span className="tag">{t('exec.ofCampaign')}</span>}
      >
        {filters.campaignId !== undefined && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => void navigate({ to: '/executions', search: {} })}
          >
            {t('exec.clearCampaign')}
          </Button>
        )}
      </ExecutionsHead>
      <PagedList list={list} empty={<EmptyNote title={t('exec.empty')} text={t('exec.emptyDo')} />}>
        {rows => <Table rows={rows} />}
      </PagedList>
    </>
  )
}
