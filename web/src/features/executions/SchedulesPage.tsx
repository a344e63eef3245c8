/** Runs that were asked for a later moment: what waits, what became of the rest; move one, or take it back. */
import type { Schedule } from '@carillon/contract'
import { Button, Group, TextInput } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { fromLocalField, toLocalField } from '../../ui/local-time.ts'
import { PagedList } from '../../ui/PagedList.tsx'
import { Until } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { ExecutionsHead } from './ExecutionsHead.tsx'

const AGAIN_MS = 5_000

const useSchedules = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['schedules'],
    queryFn: ({ pageParam }) => api.runs.schedules(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: AGAIN_MS,
  })
}

const Deed = (props: {
  readonly schedule: Schedule
  readonly move: boolean
  readonly onClose: () => void
}) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const { schedule, move } = props
  const [field, setField] = useState(toLocalField(schedule.executeAt))
  const executeAt = fromLocalField(field)
  const deed = useMutation({
    mutationFn: () =>
      move && executeAt !== null ? api.runs.move(schedule.id, executeAt) : api.runs.takeBack(schedule.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['schedules'] })
      props.onClose()
    },
  })
  return (
    <Confirm
      opened
      onClose={props.onClose}
      title={t(move ? 'marketing.moveTitle' : 'marketing.takeBackTitle', { name: schedule.campaignName })}
      text={t(move ? 'marketing.moveText' : 'marketing.takeBackText')}
      action={t(move ? 'marketing.moveDo' : 'marketing.takeBackDo')}
      danger={!move}
      disabled={move && executeAt === null}
      pending={deed.isPending}
      error={deed.error}
      onConfirm={() => deed.mutate()}
    >
      {move && (
        <TextInput
          type="datetime-local"
          required
          label={t('marketing.when')}
          value={field}
          onChange={event => setField(event.currentTarget.value)}
        />
      )}
    </Confirm>
  )
}

type Asked = { readonly schedule: Schedule; readonly move: boolean }

const Row = ({ row, ask }: { row: Schedule; ask: (asked: Asked) => void }) => {
  const t = useT()
  return (
    <tr>
      <td>
        <Link to="/campaigns/$id" params={{ id: row.campaignId }} search={{}} className="link strong">
          {row.campaignName}
        </Link>
      </td>
      <td className="num">
        <Until at={row.executeAt} />
      </td>
      <td>{t(`schedule.${row.status}`)}</td>
      <td className="break">
        {row.executionId === null ? (
          row.detail
        ) : (
          <Link
            to="/executions/$executionId"
            params={{ executionId: row.executionId }}
            search={{}}
            className="link mono"
          >
            {row.executionId}
          </Link>
        )}
      </td>
      <td>{row.createdBy}</td>
      <td>
        {row.status === 'scheduled' && (
          <Group gap="xs" wrap="nowrap" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={() => ask({ schedule: row, move: true })}>
              {t('marketing.move')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => ask({ schedule: row, move: false })}>
              {t('marketing.takeBack')}
            </Button>
          </Group>
        )}
      </td>
    </tr>
  )
}

const Table = ({ rows, ask }: { rows: readonly Schedule[]; ask: (asked: Asked) => void }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('exec.campaign')}</th>
            <th className="num">{t('marketing.when')}</th>
            <th>{t('exec.state')}</th>
            <th>{t('marketing.outcome')}</th>
            <th>{t('exec.by')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} ask={ask} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The page. */
export const SchedulesPage = () => {
  const t = useT()
  const list = useSchedules()
  const [asked, ask] = useState<Asked | null>(null)
  return (
    <>
      <ExecutionsHead />
      <PagedList
        list={list}
        empty={<EmptyNote title={t('marketing.noSchedules')} text={t('marketing.noSchedulesDo')} />}
      >
        {rows => <Table rows={rows} ask={ask} />}
      </PagedList>
      {asked !== null && <Deed {...asked} onClose={() => ask(null)} />}
    </>
  )
}
