/** Makes an API client and shows its secrets the one time they can be seen. */
import type { ApiClientCreated } from '@carillon/contract'
import { MultiSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { Secret } from '../../ui/Secret.tsx'
import { useApi, useSession } from '../session/session.tsx'
import { CallsPerSecond } from './ClientLimit.tsx'
import { ShownOnce } from './ShownOnce.tsx'

const ClientForm = (props: { onCreated: (created: ApiClientCreated) => void; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const session = useSession().data
  const [name, setName] = useState('')
  const [sandboxes, setSandboxes] = useState<string[]>([])
  const [callsPerSecond, setCallsPerSecond] = useState<number | null>(null)
  const create = useMutation({
    mutationFn: () =>
      api.settings.createClient({
        name,
        sandboxes: sandboxes.length === 0 ? null : sandboxes,
        callsPerSecond,
      }),
    onSuccess: created => {
      props.onCreated(created)
      return queries.invalidateQueries({ queryKey: ['clients'] })
    },
  })
  return (
    <FormDialog
      title={t('settings.newClient')}
      action={t('settings.create')}
      deed={create}
      onSubmit={() => create.mutate()}
      onClose={props.onClose}
    >
      <TextInput
        label={t('settings.clientName')}
        description={t('settings.clientNameHint')}
        required
        maxLength={200}
        data-autofocus
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <MultiSelect
        label={t('settings.clientSandboxes')}
        placeholder={sandboxes.length === 0 ? t('settings.everySandbox') : ''}
        data={session?.sandboxes.map(one => one.name) ?? []}
        value={sandboxes}
        onChange={setSandboxes}
      />
      <CallsPerSecond value={callsPerSecond} onChange={setCallsPerSecond} />
    </FormDialog>
  )
}

/** The dialogue: the form, then what it made. */
export const NewClient = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const [created, setCreated] = useState<ApiClientCreated | null>(null)
  if (created === null) return <ClientForm onCreated={setCreated} onClose={onClose} />
  return (
    <ShownOnce text={t('settings.secretsText')} onDone={onClose}>
      <Secret label={t('settings.token')} value={created.token} />
      <Secret label={t('settings.clientId')} value={created.clientId} />
      <Secret label={t('settings.secret')} value={created.clientSecret} />
      <Secret label={t('settings.organization')} value={created.organization} />
    </ShownOnce>
  )
}
