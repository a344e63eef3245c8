/** The columns of a lookup table: what its rows must have, and what the editor knows of them. */

import { LOOKUP_TYPES, type LookupColumn, type LookupTable, MAX_LOOKUP_COLUMNS } from '@carillon/contract'
import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useTableDeed } from './table-queries.ts'

/** A column while it is edited: names change, so that something else tells which it is. */
interface Edited extends LookupColumn {
  readonly id: number
}

const ColumnFields = (props: {
  column: Edited
  onChange: (patch: Partial<LookupColumn>) => void
  onRemove: () => void
}) => {
  const t = useT()
  const { column, onChange, onRemove } = props
  return (
    <Group gap="xs" align="center" className="column-fields">
      <TextInput
        aria-label={t('table.column')}
        placeholder={t('table.columnHint')}
        required
        maxLength={100}
        className="grow"
        value={column.name}
        onChange={event => onChange({ name: event.currentTarget.value })}
      />
      <Select
        aria-label={t('table.type')}
        w={150}
        allowDeselect={false}
        data={LOOKUP_TYPES.map(value => ({ value, label: t(`table.type.${value}`) }))}
        value={column.type}
        onChange={value => {
          const type = LOOKUP_TYPES.find(one => one === value)
          if (type !== undefined) onChange({ type })
        }}
      />
      <Checkbox
        label={t('table.required')}
        checked={column.required}
        onChange={event => onChange({ required: event.currentTarget.checked })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('table.removeColumn', { name: column.name })}
        onClick={onRemove}
      >
        <IconX size={15} />
      </ActionIcon>
    </Group>
  )
}

const useColumns = (table: LookupTable) => {
  const [edited, setEdited] = useState<readonly Edited[]>(() =>
    table.columns.map((column, id) => ({ ...column, id })),
  )
  const next = edited.reduce((most, one) => Math.max(most, one.id + 1), 0)
  return {
    edited,
    columns: edited.map(({ id: _, ...column }): LookupColumn => column),
    add: () => setEdited([...edited, { id: next, name: '', type: 'string', required: false }]),
    remove: (id: number) => setEdited(edited.filter(one => one.id !== id)),
    change: (id: number, patch: Partial<LookupColumn>) =>
      setEdited(edited.map(one => (one.id === id ? { ...one, ...patch } : one))),
  }
}

/** The part of the page. */
export const TableColumns = ({ table }: { table: LookupTable }) => {
  const t = useT()
  const api = useApi()
  const { edited, columns, add, remove, change } = useColumns(table)
  const save = useTableDeed(table.id, (given: LookupColumn[]) =>
    api.lookups.patch(table.id, { columns: given }),
  )
  const isSame = JSON.stringify(columns) === JSON.stringify(table.columns)
  return (
    <form
      className="panel pad"
      onSubmit={event => {
        event.preventDefault()
        save.mutate(columns)
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('table.columnsText')}</Text>
        {edited.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('table.noColumns')}
          </Text>
        )}
        {edited.map(column => (
          <ColumnFields
            key={column.id}
            column={column}
            onChange={patch => change(column.id, patch)}
            onRemove={() => remove(column.id)}
          />
        ))}
        <ProblemNote error={save.error} />
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={15} />}
            disabled={edited.length >= MAX_LOOKUP_COLUMNS}
            onClick={add}
          >
            {t('table.addColumn')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={isSame}>
            {t('settings.save')}
          </Button>
          <Text size="sm" role="status">
            {save.isSuccess && isSame ? t('table.columnsSaved') : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}
