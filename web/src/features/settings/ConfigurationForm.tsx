/** Makes a channel configuration as a draft, or changes one: its parts in groups that open. */
import {
  type CampaignChannel,
  CHANNELS,
  type ChannelConfiguration,
  type SeedList,
  type Transport,
  type TransportGroup,
} from '@carillon/contract'
import { SegmentedControl, Select, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { FormSections, type Section } from '../../ui/FormSections.tsx'
import { useApi } from '../session/session.tsx'
import { Complaints, Copies, HeaderFields, Links, Unsubscribing } from './ConfigurationMail.tsx'
import { ConfigurationPush } from './ConfigurationPush.tsx'
import { ConfigurationSender } from './ConfigurationSender.tsx'
import { SmsLinks, SmsReplies, SmsSender } from './ConfigurationSms.tsx'
import { ConfigurationTransports } from './ConfigurationTransports.tsx'
import { useChannelDeed } from './channel-queries.ts'
import {
  type ChangeDraft,
  type CommonDraft,
  type ConfigurationDraft,
  draftsOf,
  newDrafts,
  withChannel,
  withPatch,
} from './configuration-draft.ts'

const CATEGORIES = ['transactional', 'marketing'] as const

const General = (props: { draft: CommonDraft; change: ChangeDraft; isActive: boolean }) => {
  const t = useT()
  const { draft, change, isActive } = props
  return (
    <Stack>
      <TextInput
        label={t('settings.clientName')}
        {...(isActive ? { description: t('channels.lockedHint') } : {})}
        required
        disabled={isActive}
        maxLength={100}
        data-autofocus
        value={draft.name}
        onChange={event => change({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t('channels.description')}
        autosize
        maxLength={2_000}
        value={draft.description}
        onChange={event => change({ description: event.currentTarget.value })}
      />
      <Select
        label={t('channels.category')}
        clearable
        placeholder={t('channels.category.both')}
        data={CATEGORIES.map(value => ({ value, label: t(`channels.category.${value}`) }))}
        value={draft.category}
        onChange={value => change({ category: CATEGORIES.find(one => one === value) ?? null })}
      />
      <TagsInput
        label={t('channels.labels')}
        description={t('channels.labelsHint')}
        maxTags={20}
        value={draft.labels}
        onChange={labels => change({ labels })}
      />
    </Stack>
  )
}

/** What a configuration can choose from. */
export interface ConfigurationChoices {
  readonly transports: readonly Transport[]
  readonly groups: readonly TransportGroup[]
  readonly seedLists: readonly SeedList[]
}

interface SectionsOf<Draft> {
  readonly t: ReturnType<typeof useT>
  readonly draft: Draft
  readonly change: ChangeDraft<Draft>
  readonly seedLists: readonly SeedList[]
}

/** What the form of each channel has beside what all have: first whom it is from, then the rest. A new channel has an entry. */
const SECTIONS: {
  readonly [C in CampaignChannel]: (
    of: SectionsOf<Extract<ConfigurationDraft, { channel: C }>>,
  ) => readonly Section[]
} = {
  email: ({ t, draft, change, seedLists }) => [
    [t('channels.group.sender'), <ConfigurationSender key="sender" {...{ draft, change }} />],
    [t('channels.group.header'), <HeaderFields key="header" {...{ draft, change }} />],
    [t('channels.group.copies'), <Copies key="copies" {...{ draft, change, seedLists }} />],
    [t('channels.group.links'), <Links key="links" {...{ draft, change }} />],
    [t('channels.group.unsubscribe'), <Unsubscribing key="unsubscribe" {...{ draft, change }} />],
    [t('channels.group.complaints'), <Complaints key="complaints" {...{ draft, change }} />],
  ],
  sms: ({ t, draft, change }) => [
    [t('channels.group.sender'), <SmsSender key="sender" {...{ draft, change }} />],
    [t('sms.replies'), <SmsReplies key="replies" {...{ draft, change }} />],
    [t('channels.group.links'), <SmsLinks key="links" {...{ draft, change }} />],
  ],
  push: ({ t, draft, change }) => [[t('push.apps'), <ConfigurationPush key="apps" {...{ draft, change }} />]],
}

const sectionsOf = (of: SectionsOf<ConfigurationDraft>): readonly Section[] => {
  const sections = SECTIONS[of.draft.channel] as (given: SectionsOf<ConfigurationDraft>) => readonly Section[]
  return sections(of)
}

const useDrafts = (configuration: ChannelConfiguration | undefined, transports: readonly Transport[]) => {
  const [drafts, setDrafts] = useState(() =>
    configuration === undefined ? newDrafts(transports) : draftsOf(configuration, transports),
  )
  return {
    draft: drafts.drafts[drafts.channel],
    change: (patch: object) => setDrafts(before => withPatch(before, patch)),
    choose: (channel: CampaignChannel) => setDrafts(before => withChannel(before, channel)),
  }
}

const ChannelChoice = (props: { channel: CampaignChannel; choose: (channel: CampaignChannel) => void }) => {
  const t = useT()
  return (
    <>
      <Text size="sm">{t('channels.newDraftHint')}</Text>
      <SegmentedControl
        aria-label={t('campaigns.channel')}
        value={props.channel}
        data={CHANNELS.map(value => ({ value, label: t(`channel.${value}`) }))}
        onChange={value => props.choose(CHANNELS.find(one => one === value) ?? 'email')}
      />
    </>
  )
}

/** The dialogue; without `configuration` it makes one. */
export const ConfigurationForm = (
  props: ConfigurationChoices & { configuration?: ChannelConfiguration; onClose: () => void },
) => {
  const t = useT()
  const api = useApi()
  const { configuration, transports, groups, seedLists, onClose } = props
  const isNew = configuration === undefined
  const { draft, change, choose } = useDrafts(configuration, transports)
  const save = useChannelDeed(() =>
    isNew
      ? api.channels.createConfiguration({ ...draft, status: 'draft' })
      : api.channels.putConfiguration(configuration.id, draft),
  )
  const [sender, ...rest] = sectionsOf({ t, draft, change, seedLists })
  const both = { draft, change }
  const general = <General key="general" {...both} isActive={configuration?.status === 'active'} />
  const ways = <ConfigurationTransports key="transports" {...both} {...{ transports, groups }} />
  return (
    <FormDialog
      title={configuration?.name ?? t('channels.newConfiguration')}
      action={t('settings.save')}
      size="xl"
      deed={save}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {isNew && <ChannelChoice channel={draft.channel} choose={choose} />}
      <FormSections
        key={draft.channel}
        sections={[
          [t('channels.group.general'), general],
          ...(sender === undefined ? [] : [sender]),
          [t('channels.group.transports'), ways],
          ...rest,
        ]}
      />
    </FormDialog>
  )
}
