/** What one platform alone knows of a notification. */
import type { PushContent } from '@carillon/contract'
import { Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'

interface Props {
  readonly content: PushContent
  readonly readOnly: boolean
  readonly change: (patch: Partial<PushContent>) => void
}

const IosFields = ({ content: { ios }, readOnly, change }: Props) => {
  const t = useT()
  const put = (patch: Partial<PushContent['ios']>) => change({ ios: { ...ios, ...patch } })
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t('device.apns')}
      </Text>
      <Group gap="sm" grow>
        {(['category', 'threadId'] as const).map(name => (
          <TextInput
            key={name}
            label={t(`push.ios.${name}`)}
            readOnly={readOnly}
            maxLength={200}
            value={ios[name] ?? ''}
            onChange={event => put({ [name]: textOrNull(event.currentTarget.value.trim()) })}
          />
        ))}
      </Group>
      {(['mutableContent', 'contentAvailable'] as const).map(name => (
        <Checkbox
          key={name}
          label={t(`push.ios.${name}`)}
          disabled={readOnly}
          checked={ios[name]}
          onChange={event => put({ [name]: event.currentTarget.checked })}
        />
      ))}
    </Stack>
  )
}

const VISIBILITIES = ['public', 'private', 'secret'] as const
const PRIORITIES = ['min', 'low', 'default', 'high', 'max'] as const

const AndroidFields = ({ content: { android }, readOnly, change }: Props) => {
  const t = useT()
  const put = (patch: Partial<PushContent['android']>) => change({ android: { ...android, ...patch } })
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t('device.fcm')}
      </Text>
      <TextInput
        label={t('push.android.channelId')}
        readOnly={readOnly}
        maxLength={200}
        value={android.channelId ?? ''}
        onChange={event => put({ channelId: textOrNull(event.currentTarget.value.trim()) })}
      />
      <Group gap="sm" grow>
        <Select
          label={t('push.android.visibility')}
          allowDeselect={false}
          disabled={readOnly}
          data={VISIBILITIES.map(value => ({ value, label: t(`push.visibility.${value}`) }))}
          value={android.visibility}
          onChange={value => put({ visibility: VISIBILITIES.find(one => one === value) ?? 'public' })}
        />
        <Select
          label={t('push.android.priority')}
          allowDeselect={false}
          disabled={readOnly}
          data={PRIORITIES.map(value => ({ value, label: t(`push.importance.${value}`) }))}
          value={android.notificationPriority}
          onChange={value =>
            put({ notificationPriority: PRIORITIES.find(one => one === value) ?? 'default' })
          }
        />
      </Group>
    </Stack>
  )
}

/** Both platforms that have members of their own. */
export const PushPlatformFields = (props: Props) => (
  <>
    <IosFields {...props} />
    <AndroidFields {...props} />
  </>
)
