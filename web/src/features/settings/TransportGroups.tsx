/** Groups of transports that share mail evenly. */
import { isSandboxTransport, type Transport, type TransportGroup } from '@carillon/contract'
import { Button, Group, Modal, MultiSelect, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { PartHead } from './PartHead.tsx'
import { RemoveButton } from './RemoveButton.tsx'

const GroupForm = (props: {
  group?: TransportGroup
  transports: readonly Transport[]
  onClose: () => void
}) => {
  const t = useT()
  const api = useApi()
  const { group, transports, onClose } = props
  const [name, setName] = useState(group?.name ?? '')
  const [transportIds, setTransportIds] = useState(group?.transportIds ?? [])
  const save = useChannelDeed(() =>
    group === undefined
      ? api.sending.createGroup({ name, transportIds })
      : api.sending.putGroup(group.id, { name, transportIds }),
  )
  const first = transports.find(one => one.id === transportIds[0])
  const choices = transports.filter(
    one => first === undefined || isSandboxTransport(one.kind) === isSandboxTransport(first.kind),
  )
  return (
    <Modal opened onClose={onClose} centered title={group?.name ?? t('channels.newGroup')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          save.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <Stack>
          <TextInput
            label={t('settings.clientName')}
            required
            maxLength={100}
            data-autofocus
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
          <MultiSelect
            label={t('channels.members')}
            maxValues={20}
            data={choices.map(one => ({ value: one.id, label: one.name }))}
            value={transportIds}
            onChange={setTransportIds}
          />
          <ProblemNote error={save.error} />
          <Button type="submit" loading={save.isPending} disabled={transportIds.length === 0}>
            {t('settings.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}

/** The list. */
export const TransportGroups = (props: {
  groups: readonly TransportGroup[]
  transports: readonly Transport[]
}) => {
  const t = useT()
  const api = useApi()
  const { groups, transports } = props
  const [open, setOpen] = useState<TransportGroup | 'new' | null>(null)
  const nameOf = (id: string) => transports.find(one => one.id === id)?.name ?? id
  return (
    <Stack gap="xs">
      <PartHead
        title={t('channels.groups')}
        text={t('channels.groupsText')}
        action={t('channels.newGroup')}
        onNew={() => setOpen('new')}
      />
      {groups.length === 0 && <Text size="sm">{t('channels.noGroups')}</Text>}
      {groups.map(one => (
        <Group key={one.id} className="panel pad" justify="space-between">
          <div>
            <Text fw={560}>{one.name}</Text>
            <Text size="sm">{one.transportIds.map(nameOf).join(', ')}</Text>
          </div>
          <Group gap={6} wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => setOpen(one)}>
              {t('settings.change')}
            </Button>
            <RemoveButton
              name={one.name}
              text={t('channels.deleteGroupText')}
              remove={() => api.sending.removeGroup(one.id)}
            />
          </Group>
        </Group>
      ))}
      {open !== null && (
        <GroupForm
          {...(open === 'new' ? {} : { group: open })}
          transports={transports}
          onClose={() => setOpen(null)}
        />
      )}
    </Stack>
  )
}
