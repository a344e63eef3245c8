/** Makes a transport, or changes one, and tries its connection. A secret that is left empty stays as it is stored. */
import {
  channelOfTransport,
  isOwnOfSandbox,
  isSandboxTransport,
  type ProviderKind,
  providerOf,
  type SmtpSettings,
  TRANSPORT_KINDS,
  type Transport,
  type TransportKind,
  type TransportWrite,
} from '@carillon/contract'
import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { type DomainLimit, DomainLimits } from './DomainLimits.tsx'
import { ProviderAnswerNote } from './ProviderAnswerNote.tsx'
import { ProviderFields } from './provider-fields.tsx'
import { TransportCalls } from './TransportCalls.tsx'
import { type ProviderDrafts, providerDrafts, withoutEmptySecrets } from './transport-draft.ts'

/** The settings of every kind as they are typed; those of the chosen kind are sent. */
interface Draft {
  readonly name: string
  readonly kind: TransportKind
  readonly settings: ProviderDrafts
  readonly limits: readonly DomainLimit[]
}

const draftOf = (transport: Transport | undefined): Draft => {
  const kind = transport?.kind ?? 'smtp'
  const settings = providerDrafts(transport)
  const limits = settings[providerOf(kind)].domainLimits ?? []
  return { name: transport?.name ?? '', kind, settings, limits: limits.map((one, key) => ({ key, ...one })) }
}

const writeOf = ({ name, kind, settings, limits }: Draft): TransportWrite => {
  if (isSandboxTransport(kind)) return { name, kind }
  const provider = providerOf(kind)
  const domainLimits = limits.map(({ key: _key, ...one }) => one)
  return { name, kind, [provider]: { ...withoutEmptySecrets(provider, settings[provider]), domainLimits } }
}

const Pace = (props: {
  pace: Pick<SmtpSettings, 'ratePerSecond' | 'connections'>
  change: (patch: Pick<SmtpSettings, 'ratePerSecond' | 'connections'>) => void
}) => {
  const t = useT()
  const { pace, change } = props
  return (
    <>
      <NumberInput
        label={t('channels.rate')}
        description={t('channels.rateHint')}
        min={1}
        max={10_000}
        clampBehavior="strict"
        allowDecimal={false}
        value={pace.ratePerSecond ?? ''}
        onChange={value => change({ ratePerSecond: typeof value === 'number' && value >= 1 ? value : null })}
      />
      <NumberInput
        label={t('channels.connections')}
        min={1}
        max={100}
        clampBehavior="strict"
        allowDecimal={false}
        value={pace.connections ?? ''}
        onChange={value =>
          change({
            connections: typeof value === 'number' && value >= 1 ? value : undefined,
          } as Pick<SmtpSettings, 'connections'>)
        }
      />
    </>
  )
}

// What is stored is tried, and not what is typed: a secret would have to be there twice.
const Check = ({ transport, isChanged }: { transport: Transport; isChanged: boolean }) => {
  const t = useT()
  const api = useApi()
  const check = useMutation({ mutationFn: () => api.channels.checkTransport(transport.id) })
  return (
    <Stack gap="xs">
      <Group>
        <Button
          variant="default"
          loading={check.isPending}
          disabled={isChanged}
          onClick={() => check.mutate()}
        >
          {t('channels.check')}
        </Button>
        {isChanged && <Text size="sm">{t('channels.checkSaved')}</Text>}
      </Group>
      <ProblemNote error={check.error} />
      {check.data !== undefined && (
        <ProviderAnswerNote answer={check.data} good={t('channels.checkGood')} bad={t('channels.checkBad')} />
      )}
    </Stack>
  )
}

const Fields = (props: {
  draft: Draft
  isStored: (path: string) => boolean
  change: (patch: Partial<Draft>) => void
  mark: (field: string, valid: boolean) => void
}) => {
  const { draft, isStored, change, mark } = props
  const { kind, settings } = draft
  if (isSandboxTransport(kind)) return null
  const provider: ProviderKind = providerOf(kind)
  const changeSettings = (patch: object) =>
    change({ settings: { ...settings, [provider]: { ...settings[provider], ...patch } } })
  const own = { provider, settings: settings[provider], isStored, change: changeSettings, mark }
  return (
    <>
      <ProviderFields {...own} />
      <Pace pace={settings[provider]} change={changeSettings} />
      <DomainLimits limits={draft.limits} onChange={limits => change({ limits })} />
    </>
  )
}

const Name = ({ draft, change }: { draft: Draft; change: (patch: Partial<Draft>) => void }) => {
  const t = useT()
  return (
    <TextInput
      label={t('settings.clientName')}
      required
      maxLength={100}
      data-autofocus
      value={draft.name}
      onChange={event => change({ name: event.currentTarget.value })}
    />
  )
}

const Kind = ({ draft, change }: { draft: Draft; change: (patch: Partial<Draft>) => void }) => {
  const t = useT()
  // A sandbox has its own from the beginning.
  const kinds = TRANSPORT_KINDS.filter(kind => !isOwnOfSandbox(kind))
  return (
    <Select
      label={t('channels.kind')}
      description={t('channels.kindHint')}
      allowDeselect={false}
      data={kinds.map(value => ({ value, label: t(`channels.kind.${value}`) }))}
      value={draft.kind}
      onChange={value => change({ kind: kinds.find(one => one === value) ?? 'smtp' })}
    />
  )
}

/** The dialogue; without `transport` it makes one. */
export const TransportForm = (props: { transport?: Transport; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const { transport, onClose } = props
  const [draft, setDraft] = useState(() => draftOf(transport))
  const [isChanged, setChanged] = useState(false)
  const [invalid, setInvalid] = useState<readonly string[]>([])
  const change = (patch: Partial<Draft>) => {
    setChanged(true)
    setDraft(before => ({ ...before, ...patch }))
  }
  const mark = (field: string, valid: boolean) =>
    setInvalid(before => [...before.filter(one => one !== field), ...(valid ? [] : [field])])
  const save = useChannelDeed(() =>
    transport === undefined
      ? api.channels.createTransport(writeOf(draft))
      : api.channels.putTransport(transport.id, writeOf(draft)),
  )
  const isStored = (path: string) => transport?.storedSecrets.includes(path) === true
  return (
    <FormDialog
      title={transport?.name ?? t('channels.newTransport')}
      action={t('settings.save')}
      size="lg"
      deed={save}
      disabled={invalid.length > 0}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Name draft={draft} change={change} />
      {transport === undefined && (
        <Kind
          draft={draft}
          change={patch => {
            // The fields of another kind begin with texts that can be stored.
            setInvalid([])
            change(patch)
          }}
        />
      )}
      <Fields {...{ draft, isStored, change, mark }} />
      {transport !== undefined && <Check transport={transport} isChanged={isChanged} />}
      {transport !== undefined && channelOfTransport(transport.kind) === 'sms' && (
        <TransportCalls transport={transport} />
      )}
    </FormDialog>
  )
}
