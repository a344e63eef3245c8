/** Topics: the subscription lists that people choose from on their preference page. */
import type { Topic } from '@carillon/contract'
import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core'
import { IconArchive, IconCircleCheck, IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { useTopicDeed, useTopics } from './consent-queries.ts'
import { TopicForm } from './TopicForm.tsx'
import { TryPage } from './TryPage.tsx'

type Ask = (asked: { topic: Topic; to: 'change' | 'archive' | 'unarchive' }) => void

const useTopicName = () => {
  const { language } = useSpeech()
  return (topic: Topic): string => topic.name[language] || topic.name.en
}

const Deeds = ({ topic, ask }: { topic: Topic; ask: Ask }) => {
  const t = useT()
  const name = useTopicName()(topic)
  const archived = topic.archivedAt !== null
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('topics.changeThis', { name })}
        onClick={() => ask({ topic, to: 'change' })}
      >
        <IconPencil size={15} />
      </ActionIcon>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => ask({ topic, to: archived ? 'unarchive' : 'archive' })}
      >
        {t(archived ? 'topics.unarchive' : 'topics.archive')}
      </Button>
    </Group>
  )
}

const Row = ({ topic, ask }: { topic: Topic; ask: Ask }) => {
  const t = useT()
  const archived = topic.archivedAt !== null
  return (
    <tr>
      <td className="strong break">{useTopicName()(topic)}</td>
      <td className="mono break">{topic.key}</td>
      <td>{t(topic.doubleOptIn ? 'topics.yes' : 'topics.noWord')}</td>
      <td>
        <Chip tone={archived ? 'grey' : 'green'} icon={archived ? IconArchive : IconCircleCheck}>
          {t(archived ? 'topics.archived' : 'topics.used')}
        </Chip>
      </td>
      <td className="num">
        <Time at={topic.modifiedAt} />
      </td>
      <td className="num">
        <Deeds topic={topic} ask={ask} />
      </td>
    </tr>
  )
}

const Table = ({ topics, ask }: { topics: readonly Topic[]; ask: Ask }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('campaigns.name')}</th>
            <th>{t('topics.key')}</th>
            <th>{t('topics.doubleOptIn')}</th>
            <th>{t('exec.state')}</th>
            <th className="num">{t('campaigns.modified')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {topics.map(topic => (
            <Row key={topic.id} topic={topic} ask={ask} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const ArchiveConfirm = ({ topic, onClose }: { topic: Topic; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const name = useTopicName()(topic)
  const archive = useTopicDeed(() => api.consent.archiveTopic(topic.id))
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('topics.archiveTitle', { name })}
      text={t('topics.archiveText')}
      action={t('topics.archiveDo')}
      danger
      pending={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

const Head = ({ onNew }: { onNew: () => void }) => {
  const t = useT()
  return (
    <Group justify="space-between">
      <Text size="sm" maw={560}>
        {t('topics.text')}
      </Text>
      <Group gap="xs">
        <TryPage />
        <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
          {t('topics.new')}
        </Button>
      </Group>
    </Group>
  )
}

/** The list, the way to make one, and the page that people see. */
export const TopicsPart = () => {
  const t = useT()
  const api = useApi()
  const list = useTopics()
  const unarchive = useTopicDeed((id: string) => api.consent.unarchiveTopic(id))
  const [form, setForm] = useState<{ topic?: Topic } | null>(null)
  const [archiving, setArchiving] = useState<Topic | null>(null)
  const ask: Ask = ({ topic, to }) => {
    if (to === 'change') setForm({ topic })
    else if (to === 'archive') setArchiving(topic)
    else unarchive.mutate(topic.id)
  }
  return (
    <Stack>
      <Head onNew={() => setForm({})} />
      <ProblemNote error={unarchive.error} />
      <PagedList list={list} empty={<EmptyNote title={t('topics.none')} text={t('topics.noneDo')} />}>
        {topics => <Table topics={topics} ask={ask} />}
      </PagedList>
      {form !== null && <TopicForm {...form} onClose={() => setForm(null)} />}
      {archiving !== null && <ArchiveConfirm topic={archiving} onClose={() => setArchiving(null)} />}
    </Stack>
  )
}
