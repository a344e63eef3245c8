/** Makes a topic, or changes its texts and its confirmation. */
import type { Topic, TopicCreate } from '@carillon/contract'
import { Checkbox, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'
import { useTopicDeed } from './consent-queries.ts'

type Draft = Required<TopicCreate>
type Change = (patch: Partial<Draft>) => void

const draftOf = (topic: Topic | undefined): Draft => ({
  key: topic?.key ?? '',
  name: topic?.name ?? { en: '', nl: '' },
  description: topic?.description ?? { en: '', nl: '' },
  doubleOptIn: topic?.doubleOptIn ?? false,
})

const Names = ({ draft, change }: { draft: Draft; change: Change }) => {
  const t = useT()
  const { name } = draft
  return (
    <>
      <TextInput
        label={t('topics.nameEn')}
        required
        maxLength={200}
        data-autofocus
        value={name.en}
        onChange={event => change({ name: { ...name, en: event.currentTarget.value } })}
      />
      <TextInput
        label={t('topics.nameNl')}
        description={t('topics.nlHint')}
        maxLength={200}
        value={name.nl}
        onChange={event => change({ name: { ...name, nl: event.currentTarget.value } })}
      />
    </>
  )
}

const Descriptions = ({ draft, change }: { draft: Draft; change: Change }) => {
  const t = useT()
  const { description } = draft
  return (
    <>
      <Textarea
        label={t('topics.descriptionEn')}
        autosize
        maxRows={5}
        maxLength={1_000}
        value={description.en}
        onChange={event => change({ description: { ...description, en: event.currentTarget.value } })}
      />
      <Textarea
        label={t('topics.descriptionNl')}
        description={t('topics.nlHint')}
        autosize
        maxRows={5}
        maxLength={1_000}
        value={description.nl}
        onChange={event => change({ description: { ...description, nl: event.currentTarget.value } })}
      />
      <Checkbox
        label={t('topics.doubleOptIn')}
        description={t('topics.doubleOptInHint')}
        checked={draft.doubleOptIn}
        onChange={event => change({ doubleOptIn: event.currentTarget.checked })}
      />
    </>
  )
}

const KeyField = (props: { value: string; onChange: (key: string) => void }) => {
  const t = useT()
  return (
    <TextInput
      label={t('topics.key')}
      description={t('topics.keyHint')}
      required
      maxLength={100}
      pattern="[a-z0-9][a-z0-9_\-]*"
      value={props.value}
      onChange={event => props.onChange(event.currentTarget.value)}
    />
  )
}

/** The dialogue; without `topic` it makes one. */
export const TopicForm = ({ topic, onClose }: { topic?: Topic; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(topic))
  const change: Change = patch => setDraft(before => ({ ...before, ...patch }))
  const save = useTopicDeed(() => {
    const { key, ...texts } = draft
    return topic === undefined
      ? api.consent.createTopic({ key, ...texts })
      : api.consent.patchTopic(topic.id, texts)
  })
  return (
    <FormDialog
      title={t(topic === undefined ? 'topics.new' : 'topics.change')}
      action={t(topic === undefined ? 'settings.create' : 'settings.save')}
      deed={save}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Names draft={draft} change={change} />
      {topic === undefined && <KeyField value={draft.key} onChange={key => change({ key })} />}
      <Descriptions draft={draft} change={change} />
    </FormDialog>
  )
}
