/** Changes how many calls a second an API client may make. */
import type { ApiClient } from '@carillon/contract'
import { Button, Group, NumberInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'

/** The field; empty is null: no limit. */
export const CallsPerSecond = (props: { value: number | null; onChange: (value: number | null) => void }) => {
  const t = useT()
  return (
    <NumberInput
      label={t('settings.perSecond')}
      description={t('settings.perSecondHint')}
      min={1}
      max={100_000}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      value={props.value ?? ''}
      onChange={value => props.onChange(typeof value === 'number' && value >= 1 ? value : null)}
    />
  )
}

const LimitForm = ({ client, onClose }: { client: ApiClient; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [limit, setLimit] = useState(client.callsPerSecond)
  const save = useMutation({
    mutationFn: () => api.settings.patchClient(client.clientId, { callsPerSecond: limit }),
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['clients'] })
    },
  })
  return (
    <FormDialog
      title={t('settings.changeTitle', { name: client.name })}
      action={t('settings.save')}
      deed={save}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <CallsPerSecond value={limit} onChange={setLimit} />
    </FormDialog>
  )
}

/** The limit of a client, with the way to change it. */
export const ClientLimit = ({ client }: { client: ApiClient }) => {
  const { t, formats } = useSpeech()
  const [open, setOpen] = useState(false)
  const { callsPerSecond, revokedAt } = client
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {callsPerSecond === null ? t('settings.unlimited') : formats.number(callsPerSecond)}
      {revokedAt === null && (
        <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
          {t('settings.change')}
        </Button>
      )}
      {open && <LimitForm client={client} onClose={() => setOpen(false)} />}
    </Group>
  )
}
