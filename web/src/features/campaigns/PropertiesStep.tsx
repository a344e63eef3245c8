/** What the campaign is called, what it sends with, and when it accepts calls. */
import {
  Autocomplete,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { fromLocalField, toLocalField } from '../../ui/local-time.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useConfigurations } from '../settings/channel-queries.ts'
import { senderOf } from '../settings/configuration-sender.ts'
import { ChannelPart } from './ChannelPart.tsx'
import { KindPart } from './KindPart.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const About = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  return (
    <Part title={t('prop.about')}>
      <TextInput
        label={t('campaigns.name')}
        required
        maxLength={200}
        readOnly={readOnly}
        value={properties.name}
        error={properties.name === '' ? t('prop.nameNeeded') : null}
        onChange={event => {
          const name = event.currentTarget.value
          editor.mark('name', name !== '')
          change({ name })
        }}
      />
      <Textarea
        label={t('prop.description')}
        description={t('prop.descriptionHint')}
        autosize
        minRows={2}
        maxLength={2_000}
        readOnly={readOnly}
        value={properties.description}
        onChange={event => change({ description: event.currentTarget.value })}
      />
      <TagsInput
        label={t('prop.tags')}
        description={t('prop.tagsHint')}
        maxTags={20}
        readOnly={readOnly}
        value={[...properties.tags]}
        onChange={tags => change({ tags: tags.map(tag => tag.slice(0, 50)) })}
      />
    </Part>
  )
}

const Action = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  const configurations = useConfigurations()
  // What cannot be activated is not offered; what is chosen already is shown, whatever became of it.
  const usable = (configurations.data?.items ?? []).filter(
    one =>
      one.id === properties.channelConfigurationId ||
      (one.channel === properties.channel &&
        one.status === 'active' &&
        (one.category === null || one.category === properties.category)),
  )
  const choices = usable.map(one => ({
    value: one.id,
    label: `${one.name} (${senderOf(one)})`,
  }))
  return (
    <Part title={t('prop.action')}>
      <ProblemNote error={configurations.error} onRetry={() => void configurations.refetch()} />
      <Select
        label={t('prop.configuration')}
        description={t('prop.configurationHint')}
        placeholder={t('prop.configurationNone')}
        data={choices}
        allowDeselect={false}
        disabled={readOnly}
        value={properties.channelConfigurationId}
        onChange={channelConfigurationId => change({ channelConfigurationId })}
      />
      <Autocomplete
        label={t('prop.namespace')}
        description={t('prop.namespaceHint')}
        data={['email', 'phone', 'ecid']}
        maxLength={100}
        readOnly={readOnly}
        value={properties.identityNamespace}
        onChange={identityNamespace => {
          if (identityNamespace !== '') change({ identityNamespace })
        }}
      />
      {properties.category === 'transactional' && (
        <Switch
          label={t('prop.create')}
          description={t(properties.highThroughput ? 'delivery.noProfile' : 'prop.createHint')}
          disabled={readOnly || properties.highThroughput}
          checked={properties.createNewProfiles}
          onChange={event => change({ createNewProfiles: event.currentTarget.checked })}
        />
      )}
    </Part>
  )
}

const Schedule = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Part title={t('prop.schedule')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {(['startAt', 'endAt'] as const).map(member => (
          <TextInput
            key={member}
            type="datetime-local"
            label={t(member === 'startAt' ? 'prop.start' : 'prop.end')}
            readOnly={readOnly}
            defaultValue={toLocalField(properties[member])}
            onChange={event => change({ [member]: fromLocalField(event.currentTarget.value) })}
          />
        ))}
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t('prop.timesHint', { zone })}
      </Text>
    </Part>
  )
}

/** The first step. */
export const PropertiesStep = ({ editor }: { editor: Editor }) => (
  <Stack>
    <About editor={editor} />
    <ChannelPart editor={editor} />
    <KindPart editor={editor} />
    <Action editor={editor} />
    <Schedule editor={editor} />
  </Stack>
)
