/** The list of lookup tables: data that content reads by a key. */

import type { LookupTable } from '@carillon/contract'
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { opensRow } from '../../ui/row.ts'
import { SearchField } from '../../ui/SearchField.tsx'
import { Time } from '../../ui/Time.tsx'
import { ContentHead } from './ContentHead.tsx'
import { readSearch } from './filters.ts'
import { TableForm } from './TableForm.tsx'
import { useTableList } from './table-queries.ts'

const Row = ({ row }: { row: LookupTable }) => {
  const { formats } = useSpeech()
  const navigate = useNavigate()
  const place = { to: '/content/lookup-tables/$id', params: { id: row.id }, search: {} } as const
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td>
        <Link {...place} className="strong">
          {row.name}
        </Link>
      </td>
      <td className="break">{row.description}</td>
      <td className="num">{formats.number(row.rowCount)}</td>
      <td className="num">
        <Time at={row.modifiedAt} />
      </td>
    </tr>
  )
}

const Table = ({ rows }: { rows: readonly LookupTable[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('campaigns.name')}</th>
            <th>{t('prop.description')}</th>
            <th className="num">{t('tables.rows')}</th>
            <th className="num">{t('campaigns.modified')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The page. */
export const TableListPage = () => {
  const t = useT()
  const filter = useSearch({ from: '/app/content/lookup-tables' })
  const navigate = useNavigate()
  const list = useTableList(filter)
  const [making, setMaking] = useState(false)
  const narrow = (search: string | undefined) =>
    void navigate({ to: '/content/lookup-tables', search: readSearch({ search }), replace: true })
  const filtered = filter.search !== undefined
  return (
    <>
      <ContentHead>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('tables.new')}
        </Button>
      </ContentHead>
      <div className="filters">
        <SearchField label={t('campaigns.searchFor')} value={filter.search} onChange={narrow} />
      </div>
      <PagedList
        list={list}
        empty={
          <EmptyNote
            title={t(filtered ? 'tables.noMatch' : 'tables.empty')}
            text={t(filtered ? 'tables.noMatchDo' : 'tables.emptyDo')}
          />
        }
      >
        {rows => <Table rows={rows} />}
      </PagedList>
      {making && <TableForm onClose={() => setMaking(false)} />}
    </>
  )
}
