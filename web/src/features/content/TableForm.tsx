/** Makes a lookup table, or changes its name and description. */
import type { LookupTable } from '@carillon/contract'
import { Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'
import { useTableDeed } from './table-queries.ts'

interface Written {
  readonly name: string
  readonly description: string
}

const Fields = (props: { written: Written; onChange: (patch: Partial<Written>) => void }) => {
  const t = useT()
  return (
    <>
      <TextInput
        label={t('campaigns.name')}
        description={t('tables.nameHint')}
        required
        maxLength={200}
        data-autofocus
        value={props.written.name}
        onChange={event => props.onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t('prop.description')}
        autosize
        maxRows={6}
        maxLength={2_000}
        value={props.written.description}
        onChange={event => props.onChange({ description: event.currentTarget.value })}
      />
    </>
  )
}

/** The dialogue; without `table` it makes one and opens it. */
export const TableForm = ({ table, onClose }: { table?: LookupTable; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const [written, setWritten] = useState<Written>({
    name: table?.name ?? '',
    description: table?.description ?? '',
  })
  const save = useTableDeed(table?.id ?? '', async (given: Written) => {
    if (table !== undefined) return api.lookups.patch(table.id, given)
    const { id } = await api.lookups.create(given)
    return navigate({ to: '/content/lookup-tables/$id', params: { id }, search: {} })
  })
  return (
    <FormDialog
      title={t(table === undefined ? 'tables.new' : 'tables.change')}
      action={t(table === undefined ? 'settings.create' : 'settings.save')}
      deed={save}
      onSubmit={() => save.mutate(written, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Fields written={written} onChange={patch => setWritten(before => ({ ...before, ...patch }))} />
    </FormDialog>
  )
}
