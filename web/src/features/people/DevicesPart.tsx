/** The push devices of a person: seen, denied, removed, added. */
import { type Profile, PUSH_PLATFORMS, type PushDevice } from '@carillon/contract'
import { Button, Group, Select, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { devicesOf, withDevice } from './devices.ts'
import { useSaveAttributes } from './person-queries.ts'

type Save = ReturnType<typeof useSaveAttributes>
const toAttributes = (devices: readonly PushDevice[]) => ({
  pushNotificationDetails: devices.length === 0 ? null : devices,
})

const Row = (props: { device: PushDevice; devices: readonly PushDevice[]; save: Save }) => {
  const t = useT()
  const { device, devices, save } = props
  const name = { name: `${device.appID} ${device.token}` }
  return (
    <tr>
      <td className="break">{device.appID}</td>
      <td>{t(`device.${device.platform}`)}</td>
      <td className="mono break" style={{ minWidth: 120 }}>
        {device.token}
      </td>
      <td>
        <Switch
          size="xs"
          aria-label={t('device.denyThis', name)}
          checked={device.denylisted === true}
          disabled={save.isPending}
          onChange={event =>
            save.mutate(
              toAttributes(withDevice(devices, device, { denylisted: event.currentTarget.checked })),
            )
          }
        />
      </td>
      <td className="num">
        <RemoveDeed
          title={t('device.removeThis', name)}
          text={t('device.removeText')}
          action={t('device.removeDo')}
          remove={() => save.mutateAsync(toAttributes(withDevice(devices, device, null)))}
        />
      </td>
    </tr>
  )
}

const Table = (props: { devices: readonly PushDevice[]; save: Save }) => {
  const t = useT()
  return (
    <div className="table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('device.app')}</th>
            <th>{t('device.platform')}</th>
            <th>{t('device.token')}</th>
            <th>{t('device.denied')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {props.devices.map(device => (
            <Row key={`${device.appID} ${device.token}`} device={device} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const AddForm = ({ devices, save }: { devices: readonly PushDevice[]; save: Save }) => {
  const t = useT()
  const [appID, setApp] = useState('')
  const [token, setToken] = useState('')
  const [platform, setPlatform] = useState<PushDevice['platform']>('fcm')
  const add = () =>
    save.mutate(toAttributes([...devices, { appID: appID.trim(), token: token.trim(), platform }]), {
      onSuccess: () => setToken(''),
    })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        add()
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('device.app')}
          w={150}
          required
          maxLength={200}
          value={appID}
          onChange={event => setApp(event.currentTarget.value)}
        />
        <Select
          label={t('device.platform')}
          w={150}
          allowDeselect={false}
          data={PUSH_PLATFORMS.map(value => ({ value, label: t(`device.${value}`) }))}
          value={platform}
          onChange={next => setPlatform(PUSH_PLATFORMS.find(one => one === next) ?? platform)}
        />
        <TextInput
          label={t('device.token')}
          style={{ flex: '1 1 180px' }}
          required
          maxLength={4096}
          value={token}
          onChange={event => setToken(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={save.isPending}>
          {t('device.add')}
        </Button>
      </Group>
    </form>
  )
}

/** The part. */
export const DevicesPart = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const devices = devicesOf(profile)
  const save = useSaveAttributes(profile.id)
  return (
    <section className="panel pad" aria-label={t('device.title')}>
      <Stack gap="sm">
        <Title order={2}>{t('device.title')}</Title>
        {devices.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('device.none')}
          </Text>
        ) : (
          <Table devices={devices} save={save} />
        )}
        <AddForm devices={devices} save={save} />
        <ProblemNote error={save.error} />
      </Stack>
    </section>
  )
}
