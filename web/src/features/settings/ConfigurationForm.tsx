/** Makes a channel configuration as a draft, or changes one: its parts in groups that open. */
import type { ChannelConfiguration, SeedList, Transport, TransportGroup } from '@carillon/contract'
import { Accordion, Button, Modal, Select, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { Copies, HeaderFields, Links, Unsubscribing } from './ConfigurationMail.tsx'
import { ConfigurationSender } from './ConfigurationSender.tsx'
import { ConfigurationTransports } from './ConfigurationTransports.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { type ChangeDraft, type ConfigurationDraft, draftOf } from './configuration-draft.ts'

const CATEGORIES = ['transactional', 'marketing'] as const

const General = (props: { draft: ConfigurationDraft; change: ChangeDraft; isActive: boolean }) => {
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

const Sections = ({ sections }: { sections: readonly (readonly [string, ReactNode])[] }) => (
  <Accordion multiple variant="contained" defaultValue={sections.slice(0, 3).map(([title]) => title)}>
    {sections.map(([title, content]) => (
      <Accordion.Item key={title} value={title}>
        <Accordion.Control>{title}</Accordion.Control>
        <Accordion.Panel>{content}</Accordion.Panel>
      </Accordion.Item>
    ))}
  </Accordion>
)

/** What a configuration can choose from. */
export interface ConfigurationChoices {
  readonly transports: readonly Transport[]
  readonly groups: readonly TransportGroup[]
  readonly seedLists: readonly SeedList[]
}

/** The dialogue; without `configuration` it makes one. */
export const ConfigurationForm = (
  props: ConfigurationChoices & { configuration?: ChannelConfiguration; onClose: () => void },
) => {
  const t = useT()
  const api = useApi()
  const { configuration, transports, groups, seedLists, onClose } = props
  const [draft, setDraft] = useState(() => draftOf(configuration, transports))
  const change: ChangeDraft = patch => setDraft(before => ({ ...before, ...patch }))
  const save = useChannelDeed(() =>
    configuration === undefined
      ? api.channels.createConfiguration({ ...draft, status: 'draft' })
      : api.channels.putConfiguration(configuration.id, draft),
  )
  const both = { draft, change }
  const isActive = configuration?.status === 'active'
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      size="xl"
      title={configuration?.name ?? t('channels.newConfiguration')}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          save.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <Stack>
          {configuration === undefined && <Text size="sm">{t('channels.newDraftHint')}</Text>}
          <Sections
            sections={[
              [t('channels.group.general'), <General key="general" {...both} isActive={isActive} />],
              [t('channels.group.sender'), <ConfigurationSender key="sender" {...both} />],
              [
                t('channels.group.transports'),
                <ConfigurationTransports
                  key="transports"
                  {...both}
                  transports={transports}
                  groups={groups}
                />,
              ],
              [t('channels.group.header'), <HeaderFields key="header" {...both} />],
              [t('channels.group.copies'), <Copies key="copies" {...both} seedLists={seedLists} />],
              [t('channels.group.links'), <Links key="links" {...both} />],
              [t('channels.group.unsubscribe'), <Unsubscribing key="unsubscribe" {...both} />],
            ]}
          />
          <ProblemNote error={save.error} />
          <Button type="submit" loading={save.isPending}>
            {t('settings.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
