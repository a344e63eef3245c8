/** One lookup table: its rows by key, and what can be done with it. */
import type { LookupTable } from '@carillon/contract'
import { Button, Group, Text } from '@mantine/core'
import { IconPencil, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { useApi } from '../session/session.tsx'
import { readTableView, TABLE_PARTS } from './filters.ts'
import { RowForm } from './RowForm.tsx'
import { RowTable } from './RowTable.tsx'
import { TableColumns } from './TableColumns.tsx'
import { TableFiles } from './TableFiles.tsx'
import { TableForm } from './TableForm.tsx'
import { useRows, useTable, useTableDeed } from './table-queries.ts'

const DeleteTable = ({ table }: { table: LookupTable }) => {
  const { t, formats } = useSpeech()
  const api = useApi()
  const navigate = useNavigate()
  const remove = useTableDeed(table.id, async () => {
    await api.lookups.remove(table.id)
    await navigate({ to: '/content/lookup-tables', search: {} })
  })
  return (
    <RemoveDeed
      label={t('fragments.delete')}
      title={t('campaigns.deleteTitle', { name: table.name })}
      text={t('tables.deleteText', { rows: formats.number(table.rowCount) })}
      action={t('tables.deleteDo')}
      remove={() => remove.mutateAsync(undefined)}
    />
  )
}

const Rows = ({ table }: { table: LookupTable }) => {
  const t = useT()
  const filter = useSearch({ from: '/app/content/lookup-tables/$id' })
  const navigate = useNavigate()
  const list = useRows(table.id, filter)
  const narrow = (search: string | undefined) =>
    void navigate({
      to: '/content/lookup-tables/$id',
      params: { id: table.id },
      search: readTableView({ search }),
      replace: true,
    })
  const filtered = filter.search !== undefined
  return (
    <>
      <div className="filters">
        <SearchField label={t('tables.searchKey')} value={filter.search} onChange={narrow} />
      </div>
      <PagedList
        list={list}
        empty={
          <EmptyNote
            title={t(filtered ? 'tables.noRow' : 'tables.noRows')}
            text={t(filtered ? 'tables.noMatchDo' : 'tables.noRowsDo')}
          />
        }
      >
        {rows => <RowTable table={table} rows={rows} />}
      </PagedList>
    </>
  )
}

const Parts = ({ table }: { table: LookupTable }) => {
  const t = useT()
  const { part: open = 'rows' } = useSearch({ from: '/app/content/lookup-tables/$id' })
  return (
    <>
      <nav className="parts" aria-label={t('table.parts')}>
        {TABLE_PARTS.map(part => (
          <Link
            key={part}
            to="/content/lookup-tables/$id"
            params={{ id: table.id }}
            search={readTableView({ part })}
            className={part === open ? 'part part-open' : 'part'}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={part === open ? 'page' : undefined}
          >
            {t(`table.part.${part}`)}
          </Link>
        ))}
      </nav>
      {open === 'rows' && <Rows table={table} />}
      {open === 'columns' && <TableColumns table={table} />}
      {open === 'files' && <TableFiles table={table} />}
    </>
  )
}

const Open = ({ table }: { table: LookupTable }) => {
  const t = useT()
  const [dialogue, setDialogue] = useState<'row' | 'table' | null>(null)
  const close = () => setDialogue(null)
  return (
    <>
      <PageHead title={table.name}>
        <Group gap="xs">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setDialogue('row')}>
            {t('tables.addRow')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPencil size={15} />}
            onClick={() => setDialogue('table')}
          >
            {t('tables.change')}
          </Button>
          <DeleteTable table={table} />
        </Group>
      </PageHead>
      <Text size="sm" mb="md">
        {table.description} {t('tables.count', { count: table.rowCount })}{' '}
        <code className="mono">{`{{datasetLookup datasetId="${table.name}" id=context.key result="row"}}`}</code>
      </Text>
      <Parts table={table} />
      {dialogue === 'row' && <RowForm table={table} onClose={close} />}
      {dialogue === 'table' && <TableForm table={table} onClose={close} />}
    </>
  )
}

/** The page. */
export const TablePage = () => {
  const { id } = useParams({ from: '/app/content/lookup-tables/$id' })
  const query = useTable(id)
  return <Loaded query={query}>{table => <Open key={id} table={table} />}</Loaded>
}
