/** Makes a namespace, or changes the name and the priority of one. */
import type { Namespace } from '@carillon/contract'
import { NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'
import { useNamespaceDeed } from './namespace-queries.ts'

const LOWEST = 1
const HIGHEST = 10_000
const FIRST_OWN = 150

interface Draft {
  readonly code: string
  readonly name: string
  readonly priority: number
}

const draftOf = (one: Namespace | undefined): Draft => ({
  code: one?.code ?? '',
  name: one?.name ?? '',
  // One that nobody named has the last place: it gets one of its own with its name.
  priority: one === undefined || !(one.standard || one.written) ? FIRST_OWN : one.priority,
})

const Fields = (props: { draft: Draft; isNew: boolean; change: (patch: Partial<Draft>) => void }) => {
  const t = useT()
  const { draft, isNew, change } = props
  return (
    <>
      {isNew && (
        <TextInput
          label={t('ns.code')}
          description={t('ns.codeHint')}
          required
          data-autofocus
          maxLength={100}
          pattern="\s*[A-Za-z0-9][A-Za-z0-9_.\-]*\s*"
          value={draft.code}
          onChange={event => change({ code: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t('ns.name')}
        required
        {...(isNew ? {} : { 'data-autofocus': true })}
        maxLength={100}
        value={draft.name}
        onChange={event => change({ name: event.currentTarget.value })}
      />
      <NumberInput
        label={t('ns.priority')}
        description={t('ns.priorityHint')}
        required
        min={LOWEST}
        max={HIGHEST}
        allowDecimal={false}
        allowNegative={false}
        value={draft.priority}
        onChange={value => change({ priority: Number(value) })}
      />
    </>
  )
}

/** The dialogue; without `one` it makes one. */
export const NamespaceForm = ({ one, onClose }: { one?: Namespace; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(one))
  const { code, name, priority } = draft
  const change = (patch: Partial<Draft>) => setDraft(before => ({ ...before, ...patch }))
  const save = useNamespaceDeed(() => api.namespaces.write(code.trim(), { name, priority }))
  return (
    <FormDialog
      title={one === undefined ? t('ns.new') : t('ns.change', { name: one.name })}
      action={t('settings.save')}
      deed={save}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Fields draft={draft} isNew={one === undefined} change={change} />
    </FormDialog>
  )
}
