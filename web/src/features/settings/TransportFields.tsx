/** The fields of each kind of transport. */
import {
  type SendgridSettings,
  type SesSettings,
  SMTP_SECURITIES,
  type SmtpSettings,
  TLS_VERSIONS,
} from '@carillon/contract'
import { Group, NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'

/** What the fields of a provider get. */
export interface FieldsProps<Settings> {
  readonly settings: Settings
  /** A secret is stored already. */
  readonly kept: boolean
  readonly change: (patch: Partial<Settings>) => void
}

/** An empty text is no text. */
export const orNull = (text: string): string | null => (text === '' ? null : text)

/** A secret, which is written and never read back. */
export const Secret = (props: {
  label: string
  kept: boolean
  value: string | null | undefined
  onChange: (value: string) => void
}) => {
  const t = useT()
  return (
    <PasswordInput
      label={props.label}
      {...(props.kept
        ? { description: t('channels.passwordKept'), inputWrapperOrder: ['label', 'input', 'description'] }
        : {})}
      maxLength={1_000}
      autoComplete="new-password"
      value={props.value ?? ''}
      onChange={event => props.onChange(event.currentTarget.value)}
    />
  )
}

/** A secret of many lines, such as a key in PEM; shown while it is typed, never afterwards. */
export const SecretText = (props: {
  label: string
  kept: boolean
  value: string | null | undefined
  onChange: (value: string) => void
}) => {
  const t = useT()
  return (
    <Textarea
      label={props.label}
      {...(props.kept
        ? { description: t('channels.passwordKept'), inputWrapperOrder: ['label', 'input', 'description'] }
        : {})}
      maxLength={20_000}
      minRows={3}
      autosize
      maxRows={12}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: 'mono' }}
      value={props.value ?? ''}
      onChange={event => props.onChange(event.currentTarget.value)}
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
        value={settings.port}
        onChange={port => change({ port: Number(port) })}
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
        onChange={event => change({ ca: orNull(event.currentTarget.value) })}
      />
    </>
  )
}

/** A mail server. */
export const SmtpFields = (props: FieldsProps<SmtpSettings>) => {
  const t = useT()
  const { settings, kept, change } = props
  return (
    <>
      <Server {...props} />
      <Group gap="sm" grow align="flex-start">
        <TextInput
          label={t('channels.user')}
          maxLength={200}
          autoComplete="off"
          value={settings.user ?? ''}
          onChange={event => change({ user: orNull(event.currentTarget.value) })}
        />
        <Secret
          label={t('channels.password')}
          kept={kept}
          value={settings.password}
          onChange={password => change({ password })}
        />
      </Group>
      <Tls {...props} />
    </>
  )
}

/** Amazon SES. */
export const SesFields = ({ settings, kept, change }: FieldsProps<SesSettings>) => {
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
          kept={kept}
          value={settings.secretAccessKey}
          onChange={secretAccessKey => change({ secretAccessKey })}
        />
      </Group>
      <TextInput
        label={t('channels.configurationSet')}
        description={t('channels.configurationSetHint')}
        maxLength={64}
        value={settings.configurationSet ?? ''}
        onChange={event => change({ configurationSet: orNull(event.currentTarget.value.trim()) })}
      />
      <TextInput
        label={t('channels.endpoint')}
        description={t('channels.endpointHint')}
        maxLength={500}
        value={settings.endpoint ?? ''}
        onChange={event => change({ endpoint: orNull(event.currentTarget.value.trim()) })}
      />
    </>
  )
}

const REGIONS = ['global', 'eu'] as const

/** SendGrid. */
export const SendgridFields = ({ settings, kept, change }: FieldsProps<SendgridSettings>) => {
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
        kept={kept}
        value={settings.apiKey}
        onChange={apiKey => change({ apiKey })}
      />
      <TextInput
        label={t('channels.ipPool')}
        maxLength={64}
        value={settings.ipPool ?? ''}
        onChange={event => change({ ipPool: orNull(event.currentTarget.value.trim()) })}
      />
      <TextInput
        label={t('channels.endpoint')}
        description={t('channels.endpointHint')}
        maxLength={500}
        value={settings.endpoint ?? ''}
        onChange={event => change({ endpoint: orNull(event.currentTarget.value.trim()) })}
      />
    </>
  )
}
