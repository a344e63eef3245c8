/** Groups of transports that share mail evenly. */
import { MAX_GROUP_TRANSPORTS, type Transport, type TransportGroup } from '@carillon/contract'
import { MultiSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { membersToChoose } from './group-members.ts'
import { NamedPanels } from './NamedPanels.tsx'

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
  return (
    <FormDialog
      title={group?.name ?? t('channels.newGroup')}
      action={t('settings.save')}
      deed={save}
      disabled={transportIds.length === 0}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
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
        description={t('channels.membersHint')}
        maxValues={MAX_GROUP_TRANSPORTS}
        data={membersToChoose(transports, transportIds).map(one => ({ value: one.id, label: one.name }))}
        value={transportIds}
        onChange={setTransportIds}
      />
    </FormDialog>
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
  const nameOf = (id: string) => transports.find(one => one.id === id)?.name ?? id
  return (
    <NamedPanels
      words={{
        title: t('channels.groups'),
        text: t('channels.groupsText'),
        make: t('channels.newGroup'),
        none: t('channels.noGroups'),
        remove: t('channels.deleteGroupText'),
      }}
      items={groups}
      about={one => one.transportIds.map(nameOf).join(', ')}
      remove={api.sending.removeGroup}
      form={(group, onClose) => (
        <GroupForm {...(group === undefined ? {} : { group })} transports={transports} onClose={onClose} />
      )}
    />
  )
}
