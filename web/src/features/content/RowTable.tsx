/** The rows of a lookup table. */
import type { LookupRow, LookupTable } from '@carillon/contract'
import { ActionIcon } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { RowForm } from './RowForm.tsx'
import { useTableDeed } from './table-queries.ts'

const DeleteRow = ({ tableId, row }: { tableId: string; row: LookupRow }) => {
  const t = useT()
  const api = useApi()
  const remove = useTableDeed(tableId, () => api.lookups.removeRow(tableId, row.key))
  return (
    <RemoveDeed
      title={t('tables.deleteThis', { key: row.key })}
      text={t('tables.deleteRowText')}
      action={t('tables.deleteRowDo')}
      remove={() => remove.mutateAsync(undefined)}
    />
  )
}

const Row = (props: { tableId: string; row: LookupRow; onChange: () => void }) => {
  const t = useT()
  const { tableId, row, onChange } = props
  return (
    <tr>
      <td className="mono break">{row.key}</td>
      <td className="mono break">{JSON.stringify(row.row)}</td>
      <td className="num">
        <Time at={row.modifiedAt} />
      </td>
      <td className="num nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('tables.changeThis', { key: row.key })}
          size="sm"
          onClick={onChange}
        >
          <IconPencil size={15} />
        </ActionIcon>
        <DeleteRow tableId={tableId} row={row} />
      </td>
    </tr>
  )
}

/** The table, with the dialogues of its rows. */
export const RowTable = ({ table, rows }: { table: LookupTable; rows: readonly LookupRow[] }) => {
  const t = useT()
  const [changing, setChanging] = useState<LookupRow | null>(null)
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('tables.key')}</th>
            <th>{t('tables.row')}</th>
            <th className="num">{t('campaigns.modified')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.key} tableId={table.id} row={row} onChange={() => setChanging(row)} />
          ))}
        </tbody>
      </table>
      {changing !== null && <RowForm table={table} row={changing} onClose={() => setChanging(null)} />}
    </div>
  )
}
