/** The sender of an SMS configuration, and where numbers without a country code are from. */
import { Stack, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { type ChangeDraft, type SmsDraft, textOrNull } from './configuration-draft.ts'

/** The fields. */
export const ConfigurationSms = (props: { draft: SmsDraft; change: ChangeDraft<SmsDraft> }) => {
  const t = useT()
  const { draft, change } = props
  return (
    <Stack>
      <TextInput
        label={t('sms.sender')}
        description={t('sms.senderHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        required
        maxLength={40}
        value={draft.sender}
        onChange={event => change({ sender: event.currentTarget.value })}
      />
      <TextInput
        label={t('sms.country')}
        description={t('sms.countryHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        maxLength={2}
        placeholder="NL"
        maw={220}
        value={draft.country ?? ''}
        onChange={event => change({ country: textOrNull(event.currentTarget.value.toUpperCase().trim()) })}
      />
    </Stack>
  )
}
