/** The fields of the providers of short messages. */
import type { InfobipSettings, SinchSettings, TwilioSettings } from '@carillon/contract'
import { Group, Select, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { type FieldsProps, Secret } from './TransportFields.tsx'

const REGIONS = ['us', 'eu', 'au', 'br', 'ca'] as const

/** Twilio. */
export const TwilioFields = ({ settings, isStored, change }: FieldsProps<TwilioSettings>) => {
  const t = useT()
  return (
    <>
      <Group gap="sm" grow align="flex-start">
        <TextInput
          label={t('sms.accountSid')}
          required
          placeholder="AC…"
          autoComplete="off"
          value={settings.accountSid}
          onChange={event => change({ accountSid: event.currentTarget.value.trim() })}
        />
        <Secret
          label={t('sms.authToken')}
          isStored={isStored('authToken')}
          needed={!settings.keySid}
          value={settings.authToken}
          onChange={authToken => change({ authToken })}
        />
      </Group>
      <Group gap="sm" grow align="flex-start">
        <TextInput
          label={t('sms.keySid')}
          description={t('sms.keySidHint')}
          inputWrapperOrder={['label', 'input', 'description']}
          placeholder="SK…"
          value={settings.keySid ?? ''}
          onChange={event => change({ keySid: textOrNull(event.currentTarget.value.trim()) })}
        />
        <Secret
          label={t('sms.keySecret')}
          isStored={isStored('keySecret')}
          needed={Boolean(settings.keySid)}
          value={settings.keySecret}
          onChange={keySecret => change({ keySecret })}
        />
      </Group>
      <TextInput
        label={t('sms.messagingService')}
        description={t('sms.messagingServiceHint')}
        placeholder="MG…"
        value={settings.messagingServiceSid ?? ''}
        onChange={event => change({ messagingServiceSid: textOrNull(event.currentTarget.value.trim()) })}
      />
    </>
  )
}

/** Sinch. */
export const SinchFields = ({ settings, isStored, change }: FieldsProps<SinchSettings>) => {
  const t = useT()
  return (
    <>
      <Group gap="sm" grow align="flex-start">
        <Select
          label={t('channels.region')}
          allowDeselect={false}
          data={REGIONS.map(value => ({ value, label: t(`sms.region.${value}`) }))}
          value={settings.region}
          onChange={value => change({ region: REGIONS.find(one => one === value) ?? 'eu' })}
        />
        <TextInput
          label={t('sms.servicePlan')}
          required
          maxLength={100}
          value={settings.servicePlanId}
          onChange={event => change({ servicePlanId: event.currentTarget.value.trim() })}
        />
      </Group>
      <Secret
        label={t('sms.apiToken')}
        isStored={isStored('apiToken')}
        needed
        value={settings.apiToken}
        onChange={apiToken => change({ apiToken })}
      />
      <Secret
        label={t('sms.webhookSecret')}
        isStored={isStored('webhookSecret')}
        value={settings.webhookSecret}
        onChange={webhookSecret => change({ webhookSecret })}
      />
    </>
  )
}

/** Infobip. */
export const InfobipFields = ({ settings, isStored, change }: FieldsProps<InfobipSettings>) => {
  const t = useT()
  return (
    <>
      <TextInput
        label={t('sms.baseUrl')}
        required
        type="url"
        placeholder="https://xyz.api.infobip.com"
        maxLength={500}
        value={settings.endpoint}
        onChange={event => change({ endpoint: event.currentTarget.value.trim() })}
      />
      <Secret
        label={t('channels.apiKey')}
        isStored={isStored('apiKey')}
        needed
        value={settings.apiKey}
        onChange={apiKey => change({ apiKey })}
      />
    </>
  )
}
