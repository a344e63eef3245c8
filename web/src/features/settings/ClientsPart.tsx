/** API clients: the systems that trigger campaigns. */
import type { ApiClient } from '@carillon/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconBan, IconCircleCheck, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { ClientLimit } from './ClientLimit.tsx'
import { NewClient } from './NewClient.tsx'

const Revoke = ({ client }: { client: ApiClient }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [asked, setAsked] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api.settings.revokeClient(client.clientId),
    onSuccess: () => {
      setAsked(false)
      return queries.invalidateQueries({ queryKey: ['clients'] })
    },
  })
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
        {t('settings.revoke')}
      </Button>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('settings.revokeTitle', { name: client.name })}
        text={t('settings.revokeText')}
        action={t('settings.revokeDo')}
        danger
        pending={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate()}
      />
    </>
  )
}

const Row = ({ client }: { client: ApiClient }) => {
  const t = useT()
  const revoked = client.revokedAt !== null
  return (
    <tr>
      <td style={{ fontWeight: 560 }}>{client.name}</td>
      <td className="mono break">{client.clientId}</td>
      <td>{client.sandboxes === null ? t('settings.everySandbox') : client.sandboxes.join(', ')}</td>
      <td className="num">
        <Time at={client.createdAt} />
      </td>
      <td>
        <Chip tone={revoked ? 'grey' : 'green'} icon={revoked ? IconBan : IconCircleCheck}>
          {t(revoked ? 'settings.revoked' : 'settings.active')}
        </Chip>
      </td>
      <td className="num">
        <ClientLimit client={client} />
      </td>
      <td className="num">{!revoked && <Revoke client={client} />}</td>
    </tr>
  )
}

const Table = ({ clients }: { clients: readonly ApiClient[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('settings.clientName')}</th>
            <th>{t('settings.clientId')}</th>
            <th>{t('settings.clientSandboxes')}</th>
            <th className="num">{t('settings.created')}</th>
            <th>{t('exec.state')}</th>
            <th className="num">{t('settings.perSecond')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {clients.map(client => (
            <Row key={client.clientId} client={client} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The list, and the way to make one. */
export const ClientsPart = () => {
  const t = useT()
  const api = useApi()
  const list = useQuery({ queryKey: ['clients'], queryFn: api.settings.clients })
  const [making, setMaking] = useState(false)
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">{t('settings.clientsText')}</Text>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('settings.newClient')}
        </Button>
      </Group>
      <Loaded query={list} part>
        {({ items }) =>
          items.length > 0 ? (
            <Table clients={items} />
          ) : (
            <EmptyNote title={t('settings.noClients')} text={t('settings.noClientsDo')} />
          )
        }
      </Loaded>
      {making && <NewClient onClose={() => setMaking(false)} />}
    </Stack>
  )
}
