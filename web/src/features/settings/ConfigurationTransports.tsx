/** Which way the mail of a configuration goes, and for how long it is tried again. */
import {
  channelOfTransport,
  DEFAULT_RETRY_MINUTES,
  isSandboxTransport,
  MAX_FALLBACKS,
  type Transport,
  type TransportGroup,
} from '@carillon/contract'
import { MultiSelect, Select, Stack } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { DurationField } from '../../ui/DurationField.tsx'
import type { ChangeDraft, CommonDraft } from './configuration-draft.ts'

const Retries = ({ draft, change }: { draft: CommonDraft; change: ChangeDraft }) => {
  const t = useT()
  return (
    <DurationField
      label={t('channels.retry')}
      description={t('channels.retryHint')}
      unit="minutes"
      units={['minutes', 'hours', 'days']}
      max={DEFAULT_RETRY_MINUTES * 60}
      value={draft.retryMinutes * 60}
      onChange={seconds =>
        change({ retryMinutes: seconds === null ? DEFAULT_RETRY_MINUTES : Math.round(seconds / 60) })
      }
    />
  )
}

/** The fields. */
export const ConfigurationTransports = (props: {
  draft: CommonDraft
  change: ChangeDraft
  transports: readonly Transport[]
  groups: readonly TransportGroup[]
}) => {
  const t = useT()
  const { draft, change, transports, groups } = props
  const own = transports.filter(one => channelOfTransport(one.kind) === draft.channel)
  const choices = own.map(one => ({ value: one.id, label: one.name }))
  // The Inbox never stands in for a provider, nor a provider for the Inbox: the server refuses the mix.
  const isSandbox = (id: string): boolean | undefined => {
    const kind = transports.find(one => one.id === id)?.kind
    return kind === undefined ? undefined : isSandboxTransport(kind)
  }
  const ownGroups = groups.filter(one =>
    one.transportIds.some(id => own.some(transport => transport.id === id)),
  )
  const group = groups.find(one => one.id === draft.transportGroupId)
  const standIns = choices.filter(
    one =>
      one.value !== draft.transportId &&
      group?.transportIds.includes(one.value) !== true &&
      isSandbox(one.value) === isSandbox(draft.transportId),
  )
  const choose = (transportId: string, transportGroupId: string | null) =>
    change({
      transportId,
      transportGroupId,
      fallbackTransportIds: draft.fallbackTransportIds.filter(
        one => one !== transportId && isSandbox(one) === isSandbox(transportId),
      ),
    })
  return (
    <Stack>
      <Select
        label={t('channels.transport')}
        required
        allowDeselect={false}
        data={choices}
        value={draft.transportId}
        // Another member of the group leaves the group as it is.
        onChange={id => {
          if (id !== null) choose(id, group?.transportIds.includes(id) === true ? group.id : null)
        }}
      />
      {ownGroups.length > 0 && (
        <Select
          label={t('channels.transportGroup')}
          description={t('channels.transportGroupHint')}
          clearable
          placeholder={t('channels.none')}
          data={ownGroups.map(one => ({ value: one.id, label: one.name }))}
          value={draft.transportGroupId}
          onChange={id => {
            const [first = draft.transportId] = groups.find(one => one.id === id)?.transportIds ?? []
            choose(id === null ? draft.transportId : first, id)
          }}
        />
      )}
      <MultiSelect
        label={t('channels.fallbacks')}
        description={t('channels.fallbacksHint')}
        maxValues={MAX_FALLBACKS}
        data={standIns}
        value={draft.fallbackTransportIds}
        onChange={fallbackTransportIds => change({ fallbackTransportIds })}
      />
      <Retries draft={draft} change={change} />
    </Stack>
  )
}
