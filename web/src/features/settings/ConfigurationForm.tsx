/** Makes a channel configuration, or changes one: sender, transports in their order, how long to try again. */
import type { ChannelConfiguration, EmailConfigurationWrite, Transport } from '@carillon/contract'
import { DEFAULT_RETRY_MINUTES, UNSUBSCRIBE_LEVELS } from '@carillon/contract'
import { Button, Checkbox, Modal, MultiSelect, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { DurationField } from '../../ui/DurationField.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'

type Draft = EmailConfigurationWrite & Required<Pick<EmailConfigurationWrite, Defaulted>>
type Defaulted = 'fallbackTransportIds' | 'retryMinutes' | 'listUnsubscribe' | 'unsubscribeLevel'
type Change = (patch: Partial<Draft>) => void

const draftOf = (one: ChannelConfiguration | undefined, transports: readonly Transport[]): Draft => ({
  name: one?.name ?? '',
  transportId: one?.transportId ?? transports[0]?.id ?? '',
  fallbackTransportIds: one?.fallbackTransportIds ?? [],
  fromName: one?.fromName ?? '',
  fromAddress: one?.fromAddress ?? '',
  replyTo: one?.replyTo ?? null,
  retryMinutes: one?.retryMinutes ?? DEFAULT_RETRY_MINUTES,
  sendToComplaints: one?.sendToComplaints ?? false,
  listUnsubscribe: one?.listUnsubscribe ?? true,
  unsubscribeLevel: one?.unsubscribeLevel ?? 'channel',
  bounceDomain: one?.bounceDomain ?? null,
})

const Sender = ({ draft, change }: { draft: Draft; change: Change }) => {
  const t = useT()
  return (
    <>
      <TextInput
        label={t('settings.clientName')}
        required
        maxLength={100}
        data-autofocus
        value={draft.name}
        onChange={event => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t('channels.fromName')}
        maxLength={200}
        value={draft.fromName}
        onChange={event => change({ fromName: event.currentTarget.value })}
      />
      <TextInput
        type="email"
        label={t('channels.fromAddress')}
        required
        maxLength={320}
        value={draft.fromAddress}
        onChange={event => change({ fromAddress: event.currentTarget.value })}
      />
      <TextInput
        type="email"
        label={t('channels.replyTo')}
        maxLength={320}
        value={draft.replyTo ?? ''}
        onChange={event =>
          change({ replyTo: event.currentTarget.value === '' ? null : event.currentTarget.value })
        }
      />
    </>
  )
}

const Transports = (props: { draft: Draft; change: Change; transports: readonly Transport[] }) => {
  const t = useT()
  const { draft, change } = props
  const choices = props.transports.map(one => ({ value: one.id, label: one.name }))
  // The Inbox never stands in for a provider, nor a provider for the Inbox: the server refuses the mix.
  const kindOf = (id: string) => props.transports.find(one => one.id === id)?.kind
  const standIns = choices.filter(
    one => one.value !== draft.transportId && kindOf(one.value) === kindOf(draft.transportId),
  )
  return (
    <>
      <Select
        label={t('channels.transport')}
        required
        allowDeselect={false}
        data={choices}
        value={draft.transportId}
        onChange={id => {
          if (id === null) return
          const fallbackTransportIds = draft.fallbackTransportIds.filter(
            one => one !== id && kindOf(one) === kindOf(id),
          )
          change({ transportId: id, fallbackTransportIds })
        }}
      />
      <MultiSelect
        label={t('channels.fallbacks')}
        description={t('channels.fallbacksHint')}
        maxValues={5}
        data={standIns}
        value={draft.fallbackTransportIds}
        onChange={fallbackTransportIds => change({ fallbackTransportIds })}
      />
    </>
  )
}

const Unsubscribing = ({ draft, change }: { draft: Draft; change: Change }) => {
  const t = useT()
  return (
    <>
      <Checkbox
        label={t('channels.listUnsubscribe')}
        description={t('channels.listUnsubscribeHint')}
        checked={draft.listUnsubscribe}
        onChange={event => change({ listUnsubscribe: event.currentTarget.checked })}
      />
      <Select
        label={t('channels.unsubscribeLevel')}
        allowDeselect={false}
        data={UNSUBSCRIBE_LEVELS.map(value => ({ value, label: t(`channels.unsubscribeLevel.${value}`) }))}
        value={draft.unsubscribeLevel}
        onChange={value => {
          const unsubscribeLevel = UNSUBSCRIBE_LEVELS.find(level => level === value)
          if (unsubscribeLevel !== undefined) change({ unsubscribeLevel })
        }}
      />
    </>
  )
}

/** The dialogue; without `configuration` it makes one. */
export const ConfigurationForm = (props: {
  configuration?: ChannelConfiguration
  transports: readonly Transport[]
  onClose: () => void
}) => {
  const t = useT()
  const api = useApi()
  const { configuration, transports, onClose } = props
  const [draft, setDraft] = useState(() => draftOf(configuration, transports))
  const change: Change = patch => setDraft(before => ({ ...before, ...patch }))
  const save = useChannelDeed(() =>
    configuration === undefined
      ? api.channels.createConfiguration(draft)
      : api.channels.putConfiguration(configuration.id, draft),
  )
  return (
    <Modal opened onClose={onClose} centered title={configuration?.name ?? t('channels.newConfiguration')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          save.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <Stack>
          <Sender draft={draft} change={change} />
          <Transports draft={draft} change={change} transports={transports} />
          <DurationField
            label={t('channels.retry')}
            description={t('channels.retryHint')}
            unit="minutes"
            units={['minutes', 'hours', 'days']}
            max={DEFAULT_RETRY_MINUTES * 60}
            value={draft.retryMinutes * 60}
            onChange={seconds =>
              change({ retryMinutes: seconds === null ? DEFAULT_RETRY_MINUTES : Math.round(seconds / 60) })
            }
          />
          <Switch
            label={t('channels.sendToComplaints')}
            description={t('channels.sendToComplaintsHint')}
            checked={draft.sendToComplaints ?? false}
            onChange={event => change({ sendToComplaints: event.currentTarget.checked })}
          />
          <Unsubscribing draft={draft} change={change} />
          <TextInput
            label={t('channels.bounceDomain')}
            description={t('channels.bounceDomainHint')}
            placeholder="bounce.example.com"
            maxLength={190}
            value={draft.bounceDomain ?? ''}
            onChange={event =>
              change({ bounceDomain: event.currentTarget.value.trim().toLowerCase() || null })
            }
          />
          <ProblemNote error={save.error} />
          <Button type="submit" loading={save.isPending}>
            {t('settings.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
