/** The fields of each kind of transport. */
import {
  type SendgridSettings,
  type SesSettings,
  SMTP_SECURITIES,
  type SmtpSettings,
  TLS_VERSIONS,
} from '@carillon/contract'
import { Group, NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import type { ChangeEvent } from 'react'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'

/** What the fields of a provider get. */
export interface FieldsProps<Settings> {
  readonly settings: Settings
  /** Whether the secret of this path is stored already. */
  readonly isStored: (path: string) => boolean
  readonly change: (patch: Partial<Settings>) => void
  /** Says that the text of a field cannot be stored, or can again. */
  readonly mark: (field: string, valid: boolean) => void
}

interface SecretProps {
  readonly label: string
  readonly isStored: boolean
  readonly needed?: boolean
  readonly value: string | null | undefined
  readonly onChange: (value: string) => void
}

// Written and never read back: one that is `needed` has to be typed while none is stored.
const useSecret = ({ label, isStored, needed = false, value, onChange }: SecretProps) => {
  const t = useT()
  const order: ('label' | 'input' | 'description')[] = ['label', 'input', 'description']
  return {
    ...(isStored ? { description: t('channels.passwordKept'), inputWrapperOrder: order } : {}),
    label,
    required: needed && !isStored,
    value: value ?? '',
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange(event.currentTarget.value),
  }
}

/** A secret of one line. */
export const Secret = (props: SecretProps) => (
  <PasswordInput {...useSecret(props)} maxLength={1_000} autoComplete="new-password" />
)

/** A secret of many lines, such as a key in PEM or a file pasted whole; shown while it is typed, never afterwards. */
export const SecretText = (props: SecretProps) => (
  <Textarea
    {...useSecret(props)}
    maxLength={20_000}
    minRows={3}
    autosize
    maxRows={12}
    autoComplete="off"
    spellCheck={false}
    classNames={{ input: 'mono' }}
  />
)

const Endpoint = (props: {
  value: string | null | undefined
  change: (patch: { endpoint: string | null }) => void
}) => {
  const t = useT()
  return (
    <TextInput
      label={t('channels.endpoint')}
      description={t('channels.endpointHint')}
      maxLength={500}
      value={props.value ?? ''}
      onChange={event => props.change({ endpoint: textOrNull(event.currentTarget.value.trim()) })}
    />
  )
}

const Server = ({ settings, change }: FieldsProps<SmtpSettings>) => {
  const t = useT()
  return (
    <Group gap="sm" grow preventGrowOverflow={false}>
      <TextInput
        label={t('channels.host')}
        required
        maxLength={255}
        value={settings.host}
        onChange={event => change({ host: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label={t('channels.port')}
        required
        min={1}
        max={65_535}
        allowDecimal={false}
        maw={110}
        value={Number.isNaN(settings.port) ? '' : settings.port}
        // An emptied field keeps the browser from sending the form, and no port in the place of the typed one.
        onChange={port => change({ port: typeof port === 'number' ? port : Number.NaN })}
      />
      <Select
        label={t('channels.security')}
        allowDeselect={false}
        maw={170}
        data={SMTP_SECURITIES.map(value => ({ value, label: t(`channels.security.${value}`) }))}
        value={settings.security}
        onChange={value => change({ security: SMTP_SECURITIES.find(one => one === value) ?? 'starttls' })}
      />
    </Group>
  )
}

const Tls = ({ settings, change }: FieldsProps<SmtpSettings>) => {
  const t = useT()
  if (settings.security === 'none') return null
  return (
    <>
      <Select
        label={t('channels.minimumTls')}
        allowDeselect={false}
        data={[...TLS_VERSIONS]}
        value={settings.minimumTls ?? 'TLSv1.2'}
        onChange={value => change({ minimumTls: TLS_VERSIONS.find(one => one === value) ?? 'TLSv1.2' })}
      />
      <Textarea
        label={t('channels.ca')}
        description={t('channels.caHint')}
        maxLength={20_000}
        value={settings.ca ?? ''}
        onChange={event => change({ ca: textOrNull(event.currentTarget.value) })}
      />
    </>
  )
}

/** A mail server. */
export const SmtpFields = (props: FieldsProps<SmtpSettings>) => {
  const t = useT()
  const { settings, isStored, change } = props
  return (
    <>
      <Server {...props} />
      <Group gap="sm" grow align="flex-start">
        <TextInput
          label={t('channels.user')}
          maxLength={200}
          autoComplete="off"
          value={settings.user ?? ''}
          onChange={event => change({ user: textOrNull(event.currentTarget.value) })}
        />
        <Secret
          label={t('channels.password')}
          isStored={isStored('password')}
          needed={Boolean(settings.user)}
          value={settings.password}
          onChange={password => change({ password })}
        />
      </Group>
      <Tls {...props} />
    </>
  )
}

/** Amazon SES. */
export const SesFields = ({ settings, isStored, change }: FieldsProps<SesSettings>) => {
  const t = useT()
  return (
    <>
      <TextInput
        label={t('channels.region')}
        placeholder="eu-west-1"
        required
        value={settings.region}
        onChange={event => change({ region: event.currentTarget.value.trim() })}
      />
      <Group gap="sm" grow align="flex-start">
        <TextInput
          label={t('channels.accessKeyId')}
          required
          maxLength={128}
          autoComplete="off"
          value={settings.accessKeyId}
          onChange={event => change({ accessKeyId: event.currentTarget.value.trim() })}
        />
        <Secret
          label={t('channels.secretAccessKey')}
          isStored={isStored('secretAccessKey')}
          needed
          value={settings.secretAccessKey}
          onChange={secretAccessKey => change({ secretAccessKey })}
        />
      </Group>
      <TextInput
        label={t('channels.configurationSet')}
        description={t('channels.configurationSetHint')}
        maxLength={64}
        value={settings.configurationSet ?? ''}
        onChange={event => change({ configurationSet: textOrNull(event.currentTarget.value.trim()) })}
      />
      <Endpoint value={settings.endpoint} change={change} />
    </>
  )
}

const REGIONS = ['global', 'eu'] as const

/** SendGrid. */
export const SendgridFields = ({ settings, isStored, change }: FieldsProps<SendgridSettings>) => {
  const t = useT()
  return (
    <>
      <Select
        label={t('channels.region')}
        allowDeselect={false}
        data={REGIONS.map(value => ({ value, label: t(`channels.region.${value}`) }))}
        value={settings.region}
        onChange={value => change({ region: REGIONS.find(one => one === value) ?? 'global' })}
      />
      <Secret
        label={t('channels.apiKey')}
        isStored={isStored('apiKey')}
        needed
        value={settings.apiKey}
        onChange={apiKey => change({ apiKey })}
      />
      <TextInput
        label={t('channels.ipPool')}
        maxLength={64}
        value={settings.ipPool ?? ''}
        onChange={event => change({ ipPool: textOrNull(event.currentTarget.value.trim()) })}
      />
      <TextInput
        label={t('channels.dkimSelector')}
        description={t('channels.dkimSelectorHint')}
        placeholder="s1"
        maxLength={63}
        value={settings.dkimSelector ?? ''}
        onChange={event => change({ dkimSelector: textOrNull(event.currentTarget.value.trim()) })}
      />
      <Endpoint value={settings.endpoint} change={change} />
    </>
  )
}
