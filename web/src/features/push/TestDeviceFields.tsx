/** The device that a test goes to. */
import { PUSH_PLATFORMS, type PushDevice } from '@carillon/contract'
import { Select, Stack, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'

/** What is typed. */
export type TestDevice = Pick<PushDevice, 'platform' | 'appID' | 'token'>
/** Nothing yet. */
export const NO_DEVICE: TestDevice = { platform: 'fcm', appID: '', token: '' }

/** The fields. */
export const TestDeviceFields = (props: { device: TestDevice; onChange: (device: TestDevice) => void }) => {
  const t = useT()
  const { device, onChange } = props
  return (
    <Stack gap="xs">
      <Select
        label={t('device.platform')}
        allowDeselect={false}
        data={PUSH_PLATFORMS.map(value => ({ value, label: t(`device.${value}`) }))}
        value={device.platform}
        onChange={value =>
          onChange({ ...device, platform: PUSH_PLATFORMS.find(one => one === value) ?? 'fcm' })
        }
      />
      <TextInput
        label={t('device.app')}
        required
        maxLength={200}
        value={device.appID}
        onChange={event => onChange({ ...device, appID: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={t('device.token')}
        required
        maxLength={4_096}
        value={device.token}
        onChange={event => onChange({ ...device, token: event.currentTarget.value.trim() })}
      />
    </Stack>
  )
}
