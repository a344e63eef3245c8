/** Adds a row to a lookup table, or replaces one. */
import type { LookupColumn, LookupRow, LookupTable, LookupType } from '@carillon/contract'
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Json } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { useApi } from '../session/session.tsx'
import { useTableDeed } from './table-queries.ts'

const EMPTY: Readonly<Record<LookupType, unknown>> = {
  string: '',
  number: 0,
  boolean: false,
  date: '',
  object: {},
}

// Every column stands there to be filled in.
const blankRow = (columns: readonly LookupColumn[]): Json =>
  Object.fromEntries(columns.map(({ name, type, required }) => [name, required ? EMPTY[type] : null]))

/** The dialogue; without `row` it adds one. The key of a row never changes. */
export const RowForm = (props: { table: LookupTable; row?: LookupRow; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const { table, row, onClose } = props
  const [key, setKey] = useState(row?.key ?? '')
  const [value, setValue] = useState<Json>(row?.row ?? blankRow(table.columns))
  const [valid, setValid] = useState(true)
  const save = useTableDeed(table.id, (given: { key: string; row: Json }) =>
    api.lookups.writeRow(table.id, given),
  )
  return (
    <FormDialog
      title={t(row === undefined ? 'tables.addRow' : 'tables.changeRow')}
      action={t('settings.save')}
      deed={save}
      disabled={!valid}
      onSubmit={() => save.mutate({ key, row: value }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label={t('tables.key')}
        {...(row === undefined ? { description: t('tables.keyHint') } : {})}
        required
        maxLength={500}
        readOnly={row !== undefined}
        data-autofocus={row === undefined}
        value={key}
        onChange={event => setKey(event.currentTarget.value)}
      />
      <JsonField
        label={t('tables.row')}
        value={value}
        readOnly={false}
        onChange={setValue}
        onValid={setValid}
      />
    </FormDialog>
  )
}
