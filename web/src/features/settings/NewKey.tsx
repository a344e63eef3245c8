/** Makes an encryption key, and shows a material the one time it can be seen. */
import type { EncryptionKeyIssued } from '@carillon/contract'
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { Secret } from '../../ui/Secret.tsx'
import { useApi } from '../session/session.tsx'
import { ShownOnce } from './ShownOnce.tsx'

/** The new material. */
export const KeyMaterial = ({ issued, onDone }: { issued: EncryptionKeyIssued; onDone: () => void }) => {
  const t = useT()
  const text = t('keys.materialText', { name: issued.name, version: issued.currentVersion })
  return (
    <ShownOnce text={text} onDone={onDone}>
      <Secret label={t('keys.material')} value={issued.material} />
    </ShownOnce>
  )
}

/** The dialogue that makes a key. */
export const NewKey = (props: { onClose: () => void; onIssued: (issued: EncryptionKeyIssued) => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => api.keys.create({ name }),
    onSuccess: issued => {
      props.onIssued(issued)
      return queries.invalidateQueries({ queryKey: ['encryption-keys'] })
    },
  })
  return (
    <FormDialog
      title={t('keys.new')}
      action={t('settings.create')}
      deed={create}
      onSubmit={() => create.mutate()}
      onClose={props.onClose}
    >
      <TextInput
        label={t('settings.clientName')}
        description={t('keys.nameHint')}
        required
        maxLength={100}
        pattern="[A-Za-z0-9_\-]+"
        data-autofocus
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
