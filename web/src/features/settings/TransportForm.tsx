/** Makes an SMTP transport, or changes one. A password that is left empty stays as it is stored. */
import type { SmtpSettings, Transport } from '@carillon/contract'
import { Button, Group, Modal, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { type DomainLimit, DomainLimits } from './DomainLimits.tsx'

const FRESH: SmtpSettings = { host: '', port: 587, security: 'starttls' }
const SECURITIES = ['starttls', 'tls', 'none'] as const

interface Draft {
  readonly name: string
  readonly smtp: SmtpSettings
  readonly limits: readonly DomainLimit[]
}
interface PartProps {
  readonly smtp: SmtpSettings
  readonly change: (patch: Partial<SmtpSettings>) => void
}

const draftOf = (transport: Transport | undefined): Draft => {
  const smtp = transport?.smtp ?? FRESH
  const limits = (smtp.domainLimits ?? []).map((one, key) => ({ key, ...one }))
  return { name: transport?.name ?? '', smtp, limits }
}

const writeOf = ({ name, smtp, limits }: Draft) => {
  const { password, domainLimits: _, ...rest } = smtp
  const secret = password === undefined || password === null || password === '' ? {} : { password }
  return { name, smtp: { ...rest, ...secret, domainLimits: limits.map(({ key: _key, ...one }) => one) } }
}

const Server = ({ smtp, change }: PartProps) => {
  const t = useT()
  return (
    <Group gap="sm" grow preventGrowOverflow={false}>
      <TextInput
        label={t('channels.host')}
        required
        maxLength={255}
        value={smtp.host}
        onChange={event => change({ host: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label={t('channels.port')}
        required
        min={1}
        max={65_535}
        allowDecimal={false}
        maw={110}
        value={smtp.port}
        onChange={port => change({ port: Number(port) })}
      />
      <Select
        label={t('channels.security')}
        allowDeselect={false}
        maw={150}
        data={SECURITIES.map(value => ({ value, label: t(`channels.security.${value}`) }))}
        value={smtp.security}
        onChange={value => change({ security: SECURITIES.find(one => one === value) ?? 'starttls' })}
      />
    </Group>
  )
}

const LogIn = ({ smtp, change, kept }: PartProps & { kept: boolean }) => {
  const t = useT()
  return (
    <Group gap="sm" grow align="flex-start">
      <TextInput
        label={t('channels.user')}
        maxLength={200}
        autoComplete="off"
        value={smtp.user ?? ''}
        onChange={event =>
          change({ user: event.currentTarget.value === '' ? null : event.currentTarget.value })
        }
      />
      <PasswordInput
        label={t('channels.password')}
        {...(kept
          ? { description: t('channels.passwordKept'), inputWrapperOrder: ['label', 'input', 'description'] }
          : {})}
        maxLength={1_000}
        autoComplete="new-password"
        value={smtp.password ?? ''}
        onChange={event => change({ password: event.currentTarget.value })}
      />
    </Group>
  )
}

const Pace = ({ smtp, change }: PartProps) => {
  const t = useT()
  return (
    <>
      <NumberInput
        label={t('channels.rate')}
        description={t('channels.rateHint')}
        min={1}
        max={10_000}
        clampBehavior="strict"
        allowDecimal={false}
        value={smtp.ratePerSecond ?? ''}
        onChange={value => change({ ratePerSecond: typeof value === 'number' && value >= 1 ? value : null })}
      />
      <NumberInput
        label={t('channels.connections')}
        min={1}
        max={100}
        clampBehavior="strict"
        allowDecimal={false}
        value={smtp.connections ?? ''}
        onChange={value =>
          change({
            connections: typeof value === 'number' && value >= 1 ? value : undefined,
          } as Partial<SmtpSettings>)
        }
      />
    </>
  )
}

/** The dialogue; without `transport` it makes one. */
export const TransportForm = (props: { transport?: Transport; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const { transport, onClose } = props
  const [draft, setDraft] = useState(() => draftOf(transport))
  const change = (patch: Partial<SmtpSettings>) =>
    setDraft(before => ({ ...before, smtp: { ...before.smtp, ...patch } }))
  const save = useChannelDeed(() =>
    transport === undefined
      ? api.channels.createTransport(writeOf(draft))
      : api.channels.putTransport(transport.id, writeOf(draft)),
  )
  return (
    <Modal opened onClose={onClose} centered size="lg" title={transport?.name ?? t('channels.newTransport')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          save.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <Stack>
          <TextInput
            label={t('settings.clientName')}
            required
            maxLength={100}
            data-autofocus
            value={draft.name}
            onChange={event => {
              const name = event.currentTarget.value
              setDraft(before => ({ ...before, name }))
            }}
          />
          <Server smtp={draft.smtp} change={change} />
          <LogIn smtp={draft.smtp} change={change} kept={transport !== undefined} />
          <Pace smtp={draft.smtp} change={change} />
          <DomainLimits
            limits={draft.limits}
            onChange={limits => setDraft(before => ({ ...before, limits }))}
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
