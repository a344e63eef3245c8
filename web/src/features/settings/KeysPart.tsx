/** Encryption keys: what content encrypts under. A material is seen once, when it is made. */
import type { EncryptionKey, EncryptionKeyIssued } from '@carillon/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconBan, IconCircleCheck, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { KeyMaterial, NewKey } from './NewKey.tsx'

type Deed = 'rotate' | 'revoke'

const DeedConfirm = (props: {
  encryptionKey: EncryptionKey
  deed: Deed
  onClose: () => void
  onIssued: (issued: EncryptionKeyIssued) => void
}) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const { encryptionKey, deed, onClose, onIssued } = props
  const run = useMutation({
    mutationFn: async () => {
      if (deed === 'rotate') onIssued(await api.keys.rotate(encryptionKey.id))
      else await api.keys.revoke(encryptionKey.id)
    },
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['encryption-keys'] })
    },
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t(`keys.${deed}Title`, { name: encryptionKey.name })}
      text={t(`keys.${deed}Text`)}
      action={t(`keys.${deed}Do`)}
      danger={deed === 'revoke'}
      pending={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate()}
    />
  )
}

const Row = ({ one, ask }: { one: EncryptionKey; ask: (deed: Deed) => void }) => {
  const { t, formats } = useSpeech()
  const revoked = one.status === 'revoked'
  return (
    <tr>
      <td className="mono break" style={{ fontWeight: 560 }}>
        {one.name}
      </td>
      <td className="mono">{one.currentVersion}</td>
      <td className="num">{formats.number(one.versions.length)}</td>
      <td className="num">
        <Time at={one.createdAt} />
      </td>
      <td>
        <Chip tone={revoked ? 'grey' : 'green'} icon={revoked ? IconBan : IconCircleCheck}>
          {t(revoked ? 'settings.revoked' : 'settings.active')}
        </Chip>
      </td>
      <td className="num">
        {!revoked && (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => ask('rotate')}>
              {t('keys.rotate')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => ask('revoke')}>
              {t('settings.revoke')}
            </Button>
          </Group>
        )}
      </td>
    </tr>
  )
}

const Table = (props: {
  keys: readonly EncryptionKey[]
  onIssued: (issued: EncryptionKeyIssued) => void
}) => {
  const t = useT()
  const [asked, setAsked] = useState<{ one: EncryptionKey; deed: Deed } | null>(null)
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('settings.clientName')}</th>
            <th>{t('keys.version')}</th>
            <th className="num">{t('keys.versions')}</th>
            <th className="num">{t('settings.created')}</th>
            <th>{t('exec.state')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {props.keys.map(one => (
            <Row key={one.id} one={one} ask={deed => setAsked({ one, deed })} />
          ))}
        </tbody>
      </table>
      {asked !== null && (
        <DeedConfirm
          encryptionKey={asked.one}
          deed={asked.deed}
          onClose={() => setAsked(null)}
          onIssued={props.onIssued}
        />
      )}
    </div>
  )
}

/** The list, and the way to make one. */
export const KeysPart = () => {
  const t = useT()
  const api = useApi()
  const list = useQuery({ queryKey: ['encryption-keys'], queryFn: api.keys.list })
  const [making, setMaking] = useState(false)
  const [issued, setIssued] = useState<EncryptionKeyIssued | null>(null)
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" maw={640}>
          {t('keys.text')}
        </Text>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('keys.new')}
        </Button>
      </Group>
      <Loaded query={list} part>
        {({ items }) =>
          items.length > 0 ? (
            <Table keys={items} onIssued={setIssued} />
          ) : (
            <EmptyNote title={t('keys.none')} text={t('keys.noneDo')} />
          )
        }
      </Loaded>
      {making && (
        <NewKey
          onClose={() => setMaking(false)}
          onIssued={one => {
            setMaking(false)
            setIssued(one)
          }}
        />
      )}
      {issued !== null && <KeyMaterial issued={issued} onDone={() => setIssued(null)} />}
    </Stack>
  )
}
