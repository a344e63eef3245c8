/** Seed lists: addresses of one's own that get a copy of what is sent. */
import { MAX_SEEDS, type SeedList } from '@carillon/contract'
import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { NamedPanels } from './NamedPanels.tsx'

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map(line => line.trim())
    .filter(line => line !== '')

interface Draft {
  readonly name: string
  readonly addresses: string
  readonly profile: SeedList['profile']
  readonly context: SeedList['context']
  readonly isValid: { readonly profile: boolean; readonly context: boolean }
}

const draftOf = (list: SeedList | undefined): Draft => ({
  name: list?.name ?? '',
  addresses: (list?.addresses ?? []).join('\n'),
  profile: list?.profile ?? {},
  context: list?.context ?? {},
  isValid: { profile: true, context: true },
})

const SeedListFields = (props: {
  draft: Draft
  change: (patch: (before: Draft) => Partial<Draft>) => void
}) => {
  const t = useT()
  const { draft, change } = props
  const valid = (member: 'profile' | 'context') => (isValid: boolean) =>
    change(before => ({ isValid: { ...before.isValid, [member]: isValid } }))
  return (
    <>
      <TextInput
        label={t('settings.clientName')}
        required
        maxLength={100}
        data-autofocus
        value={draft.name}
        onChange={({ currentTarget: { value: name } }) => change(() => ({ name }))}
      />
      <Textarea
        label={t('channels.seedAddresses')}
        description={t('channels.seedAddressesHint', { n: MAX_SEEDS })}
        required
        autosize
        minRows={3}
        maxRows={12}
        value={draft.addresses}
        onChange={({ currentTarget: { value: addresses } }) => change(() => ({ addresses }))}
      />
      <JsonField
        label={t('channels.seedProfile')}
        readOnly={false}
        value={draft.profile}
        onChange={profile => change(() => ({ profile }))}
        onValid={valid('profile')}
      />
      <JsonField
        label={t('channels.seedContext')}
        readOnly={false}
        value={draft.context}
        onChange={context => change(() => ({ context }))}
        onValid={valid('context')}
      />
    </>
  )
}

const SeedListForm = ({ list, onClose }: { list?: SeedList; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [draft, setDraft] = useState(() => draftOf(list))
  const addresses = linesOf(draft.addresses)
  const { isValid } = draft
  const save = useChannelDeed(() => {
    const { name, profile, context } = draft
    const body = { name, addresses, profile, context }
    return list === undefined ? api.sending.createSeedList(body) : api.sending.putSeedList(list.id, body)
  })
  const isReady = isValid.profile && isValid.context && addresses.length > 0 && addresses.length <= MAX_SEEDS
  return (
    <FormDialog
      title={list?.name ?? t('channels.newSeedList')}
      action={t('settings.save')}
      size="lg"
      deed={save}
      disabled={!isReady}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <SeedListFields draft={draft} change={patch => setDraft(before => ({ ...before, ...patch(before) }))} />
    </FormDialog>
  )
}

/** The list. */
export const SeedLists = ({ lists }: { lists: readonly SeedList[] }) => {
  const t = useT()
  const api = useApi()
  return (
    <NamedPanels
      words={{
        title: t('channels.seedLists'),
        text: t('channels.seedListsText'),
        make: t('channels.newSeedList'),
        none: t('channels.noSeedLists'),
        remove: t('channels.deleteSeedListText'),
      }}
      items={lists}
      about={one => t('channels.seedCount', { count: one.addresses.length })}
      remove={api.sending.removeSeedList}
      form={(list, onClose) => <SeedListForm {...(list === undefined ? {} : { list })} onClose={onClose} />}
    />
  )
}
