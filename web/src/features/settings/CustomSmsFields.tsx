/** The fields of a provider of one's own: what is called, how, and how its answers and calls are read. */
import { type CustomSmsSettings, MAX_SMS_HEADERS } from '@carillon/contract'
import { Group, Select, Textarea, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { CustomSmsAuthFields } from './CustomSmsAuthFields.tsx'
import { CustomSmsCalls } from './CustomSmsCalls.tsx'
import { NamedValues } from './NamedValues.tsx'
import { type FieldsProps, SecretText } from './TransportFields.tsx'

type Props = FieldsProps<CustomSmsSettings>

const Call = ({ settings, change }: Props) => {
  const t = useT()
  return (
    <>
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <Select
          label={t('sms.method')}
          allowDeselect={false}
          data={['POST', 'GET']}
          w={110}
          value={settings.method}
          onChange={value => change({ method: value === 'GET' ? 'GET' : 'POST' })}
        />
        <TextInput
          label={t('sms.url')}
          required
          flex={1}
          maxLength={2_000}
          value={settings.url}
          onChange={event => change({ url: event.currentTarget.value.trim() })}
        />
      </Group>
      {settings.method === 'POST' && (
        <>
          <TextInput
            label={t('sms.contentType')}
            required
            maxLength={100}
            value={settings.contentType}
            onChange={event => change({ contentType: event.currentTarget.value.trim() })}
          />
          <Textarea
            label={t('sms.payload')}
            description={t('sms.payloadHint')}
            autosize
            minRows={3}
            maxLength={20_000}
            classNames={{ input: 'mono' }}
            value={settings.payload}
            onChange={event => change({ payload: event.currentTarget.value })}
          />
        </>
      )}
      <NamedValues
        rows={settings.headers}
        most={MAX_SMS_HEADERS}
        maxName={100}
        maxValue={2_000}
        hint={t('sms.headersHint')}
        labels={{
          name: t('channels.headerName'),
          value: t('channels.headerValue'),
          add: t('channels.addHeader'),
        }}
        onChange={headers => change({ headers })}
      />
    </>
  )
}

const Answer = ({ settings, change }: Props) => {
  const t = useT()
  return (
    <Group gap="sm" grow align="flex-start">
      {(['idPath', 'errorPath'] as const).map(member => (
        <TextInput
          key={member}
          label={t(`sms.${member}`)}
          description={t(`sms.${member}Hint`)}
          inputWrapperOrder={['label', 'input', 'description']}
          maxLength={200}
          placeholder={member === 'idPath' ? 'messages.0.id' : 'error.text'}
          value={settings[member]}
          onChange={event => change({ [member]: event.currentTarget.value.trim() })}
        />
      ))}
    </Group>
  )
}

const Mtls = ({ settings, isStored, change }: Props) => {
  const t = useT()
  return (
    <>
      <Textarea
        label={t('sms.certificate')}
        description={t('sms.certificateHint')}
        maxLength={20_000}
        value={settings.certificate ?? ''}
        onChange={event => change({ certificate: textOrNull(event.currentTarget.value) })}
      />
      {settings.certificate !== null && settings.certificate !== undefined && (
        <SecretText
          label={t('sms.key')}
          isStored={isStored('key')}
          needed
          value={settings.key}
          onChange={key => change({ key })}
        />
      )}
    </>
  )
}

/** A provider of one's own. */
export const CustomSmsFields = (props: Props) => (
  <>
    <Call {...props} />
    <CustomSmsAuthFields {...props} />
    <Answer {...props} />
    <CustomSmsCalls {...props} />
    <Mtls {...props} />
  </>
)
