/** What each column of a file becomes: the key, a member of the row, a whole row, or nothing. */

import {
  COLUMN_TYPES,
  LOOKUP_COLUMN_KINDS,
  type LookupColumnMapping,
  type LookupTable,
} from '@carillon/contract'
import { Select, Text, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'

interface FieldProps {
  readonly table: LookupTable
  readonly one: LookupColumnMapping
  readonly onChange: (next: LookupColumnMapping) => void
}

const Kind = ({ one, onChange }: FieldProps) => {
  const t = useT()
  return (
    <Select
      size="xs"
      aria-label={t('table.meaningOf', { column: one.column })}
      allowDeselect={false}
      data={LOOKUP_COLUMN_KINDS.map(value => ({ value, label: t(`table.kind.${value}`) }))}
      value={one.kind}
      onChange={value => {
        const kind = LOOKUP_COLUMN_KINDS.find(known => known === value)
        if (kind !== undefined) onChange({ ...one, kind })
      }}
    />
  )
}

// Where the table has columns, a member is one of them.
const Member = ({ table, one, onChange }: FieldProps) => {
  const t = useT()
  const label = t('table.memberOf', { column: one.column })
  if (one.kind !== 'member') return null
  if (table.columns.length > 0)
    return (
      <Select
        size="xs"
        aria-label={label}
        data={table.columns.map(column => column.name)}
        value={one.to === '' ? null : one.to}
        onChange={to => onChange({ ...one, to: to ?? '' })}
      />
    )
  return (
    <TextInput
      size="xs"
      aria-label={label}
      maxLength={100}
      value={one.to}
      onChange={event => onChange({ ...one, to: event.currentTarget.value })}
    />
  )
}

const Type = ({ table, one, onChange }: FieldProps) => {
  const t = useT()
  if (one.kind !== 'member') return null
  if (table.columns.length > 0)
    return (
      <Text size="xs" c="dimmed">
        {t('table.byTable')}
      </Text>
    )
  return (
    <Select
      size="xs"
      aria-label={t('table.typeOf', { column: one.column })}
      allowDeselect={false}
      data={COLUMN_TYPES.map(value => ({ value, label: t(`import.type.${value}`) }))}
      value={one.type}
      onChange={value => {
        const type = COLUMN_TYPES.find(known => known === value)
        if (type !== undefined) onChange({ ...one, type })
      }}
    />
  )
}

/** The columns of the file, in their order. */
export const ImportColumns = (props: {
  table: LookupTable
  columns: readonly LookupColumnMapping[]
  onChange: (columns: readonly LookupColumnMapping[]) => void
}) => {
  const t = useT()
  const { table, columns, onChange } = props
  // One column is the key: the one that was it becomes nothing.
  const put = (at: number) => (next: LookupColumnMapping) =>
    onChange(
      columns.map((one, index) => {
        if (index === at) return next
        return next.kind === 'key' && one.kind === 'key' ? { ...one, kind: 'ignore' } : one
      }),
    )
  return (
    <div className="table-wrap">
      <table className="dense mapping">
        <thead>
          <tr>
            <th>{t('table.fileColumn')}</th>
            <th>{t('table.becomes')}</th>
            <th>{t('table.member')}</th>
            <th>{t('table.type')}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a file never move, and two may have one name
            <tr key={index}>
              <td className="break">{one.column}</td>
              <td>
                <Kind table={table} one={one} onChange={put(index)} />
              </td>
              <td>
                <Member table={table} one={one} onChange={put(index)} />
              </td>
              <td>
                <Type table={table} one={one} onChange={put(index)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
