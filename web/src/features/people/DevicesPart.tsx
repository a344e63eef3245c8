/** The push devices of a person: seen, denied, removed, added. */
import { type Profile, PUSH_PLATFORMS, type PushDevice } from '@carillon/contract'
import { Button, Group, Select, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { useApi } from '../session/session.tsx'
import { devicesOf } from './devices.ts'
import { usePersonDeed } from './person-queries.ts'

const keyOf = ({ appID, token }: PushDevice) => ({ appID, token })

// One device at a time: a list that was read a while ago knows nothing of what registered since.
const useDeeds = ({ id, identities }: Profile) => {
  const api = useApi()
  const [identity] = identities
  return {
    // Everybody has one; somebody who lost it meanwhile is read again.
    add: usePersonDeed(id, async (device: PushDevice) =>
      identity === undefined ? undefined : api.devices.register({ identity, device }),
    ),
    remove: usePersonDeed(id, (device: PushDevice) => api.devices.remove(keyOf(device))),
    deny: usePersonDeed(id, (of: { device: PushDevice; denylisted: boolean }) =>
      api.devices.deny({ ...keyOf(of.device), denylisted: of.denylisted }),
    ),
  }
}
type Deeds = ReturnType<typeof useDeeds>

const Row = ({ device, deeds }: { device: PushDevice; deeds: Deeds }) => {
  const t = useT()
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
          disabled={deeds.deny.isPending}
          onChange={event => deeds.deny.mutate({ device, denylisted: event.currentTarget.checked })}
        />
      </td>
      <td className="num">
        <RemoveDeed
          title={t('device.removeThis', name)}
          text={t('device.removeText')}
          action={t('device.removeDo')}
          remove={() => deeds.remove.mutateAsync(device)}
        />
      </td>
    </tr>
  )
}

const Table = ({ devices, deeds }: { devices: readonly PushDevice[]; deeds: Deeds }) => {
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
          {devices.map(device => (
            <Row key={`${device.appID} ${device.token}`} device={device} deeds={deeds} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const AddForm = ({ add }: Pick<Deeds, 'add'>) => {
  const t = useT()
  const [appID, setApp] = useState('')
  const [token, setToken] = useState('')
  const [platform, setPlatform] = useState<PushDevice['platform']>('fcm')
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        add.mutate({ appID, token, platform }, { onSuccess: () => setToken('') })
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
        <Button type="submit" variant="default" loading={add.isPending}>
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
  const deeds = useDeeds(profile)
  return (
    <section className="panel pad" aria-label={t('device.title')}>
      <Stack gap="sm">
        <Title order={2}>{t('device.title')}</Title>
        {devices.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('device.none')}
          </Text>
        ) : (
          <Table devices={devices} deeds={deeds} />
        )}
        <AddForm add={deeds.add} />
        <ProblemNote error={deeds.add.error ?? deeds.deny.error} />
      </Stack>
    </section>
  )
}
