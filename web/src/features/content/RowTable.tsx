/** The rows of a lookup table. */

import type { LookupRow, LookupTable } from '@carillon/contract'
import { ActionIcon } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { RowForm } from './RowForm.tsx'
import { useTableDeed } from './table-queries.ts'

interface Asked {
  readonly row: LookupRow
  readonly to: 'change' | 'delete'
}

const Row = ({ row, ask }: { row: LookupRow; ask: (asked: Asked) => void }) => {
  const t = useT()
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
          onClick={() => ask({ row, to: 'change' })}
        >
          <IconPencil size={15} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('tables.deleteThis', { key: row.key })}
          onClick={() => ask({ row, to: 'delete' })}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </td>
    </tr>
  )
}

const DeleteRow = (props: { tableId: string; row: LookupRow; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const { tableId, row, onClose } = props
  const remove = useTableDeed(tableId, () => api.lookups.removeRow(tableId, row.key))
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('campaigns.deleteTitle', { name: row.key })}
      text={t('tables.deleteRowText')}
      action={t('tables.deleteRowDo')}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

/** The table, with the dialogues of its rows. */
export const RowTable = ({ table, rows }: { table: LookupTable; rows: readonly LookupRow[] }) => {
  const t = useT()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
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
            <Row key={row.key} row={row} ask={setAsked} />
          ))}
        </tbody>
      </table>
      {asked?.to === 'change' && <RowForm table={table} row={asked.row} onClose={close} />}
      {asked?.to === 'delete' && <DeleteRow tableId={table.id} row={asked.row} onClose={close} />}
    </div>
  )
}
