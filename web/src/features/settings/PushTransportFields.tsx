/** The credentials of a push transport, one for each platform that it reaches. */
import type { PushSettings } from '@carillon/contract'
import { Checkbox, Group, Stack, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { useSwitch } from '../../ui/use-switch.ts'
import { type FieldsProps, SecretText } from './TransportFields.tsx'

const FcmFields = ({ settings, isStored, change }: FieldsProps<PushSettings>) => {
  const t = useT()
  const fcm = settings.fcm ?? null
  const use = useSwitch(fcm, {}, value => change({ fcm: value }))
  return (
    <Stack gap="xs">
      <Checkbox
        label={t('push.use.fcm')}
        checked={fcm !== null}
        onChange={event => use(event.currentTarget.checked)}
      />
      {fcm !== null && (
        <SecretText
          label={t('push.serviceAccount')}
          isStored={isStored('fcm.serviceAccount')}
          needed
          value={fcm.serviceAccount}
          onChange={serviceAccount => change({ fcm: { ...fcm, serviceAccount } })}
        />
      )}
    </Stack>
  )
}

const ApnsFields = ({ settings, isStored, change }: FieldsProps<PushSettings>) => {
  const t = useT()
  const apns = settings.apns ?? null
  const use = useSwitch(apns, { keyId: '', teamId: '' }, value => change({ apns: value }))
  return (
    <Stack gap="xs">
      <Checkbox
        label={t('push.use.apns')}
        checked={apns !== null}
        onChange={event => use(event.currentTarget.checked)}
      />
      {apns !== null && (
        <>
          <Group gap="sm" grow>
            {(['keyId', 'teamId'] as const).map(name => (
              <TextInput
                key={name}
                label={t(`push.${name}`)}
                required
                maxLength={10}
                value={apns[name]}
                onChange={event => change({ apns: { ...apns, [name]: event.currentTarget.value.trim() } })}
              />
            ))}
          </Group>
          <SecretText
            label={t('push.keyFile')}
            isStored={isStored('apns.key')}
            needed
            value={apns.key}
            onChange={key => change({ apns: { ...apns, key } })}
          />
        </>
      )}
    </Stack>
  )
}

const WebFields = ({ settings, change }: FieldsProps<PushSettings>) => {
  const t = useT()
  const web = settings.web ?? null
  const use = useSwitch(web, { subject: 'mailto:' }, value => change({ web: value }))
  return (
    <Stack gap="xs">
      <Checkbox
        label={t('push.use.web')}
        checked={web !== null}
        onChange={event => use(event.currentTarget.checked)}
      />
      {web !== null && (
        <>
          <TextInput
            label={t('push.subject')}
            description={t('push.subjectHint')}
            required
            maxLength={300}
            value={web.subject}
            onChange={event => change({ web: { ...web, subject: event.currentTarget.value.trim() } })}
          />
          {web.publicKey !== undefined && (
            <TextInput label={t('push.publicKey')} readOnly value={web.publicKey} />
          )}
        </>
      )}
    </Stack>
  )
}

/** The three. */
export const PushTransportFields = (props: FieldsProps<PushSettings>) => (
  <Stack>
    <FcmFields {...props} />
    <ApnsFields {...props} />
    <WebFields {...props} />
  </Stack>
)
