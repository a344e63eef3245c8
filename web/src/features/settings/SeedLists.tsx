/** Seed lists: addresses of one's own that get a copy of what is sent. */
import { MAX_SEEDS, type SeedList } from '@carillon/contract'
import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { PartHead } from './PartHead.tsx'
import { RemoveButton } from './RemoveButton.tsx'

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
        description={t('channels.seedAddressesHint')}
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
    <Modal opened onClose={onClose} centered size="lg" title={list?.name ?? t('channels.newSeedList')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          save.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <Stack>
          <SeedListFields
            draft={draft}
            change={patch => setDraft(before => ({ ...before, ...patch(before) }))}
          />
          <ProblemNote error={save.error} />
          <Button type="submit" loading={save.isPending} disabled={!isReady}>
            {t('settings.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}

/** The list. */
export const SeedLists = ({ lists }: { lists: readonly SeedList[] }) => {
  const t = useT()
  const api = useApi()
  const [open, setOpen] = useState<SeedList | 'new' | null>(null)
  return (
    <Stack gap="xs">
      <PartHead
        title={t('channels.seedLists')}
        text={t('channels.seedListsText')}
        action={t('channels.newSeedList')}
        onNew={() => setOpen('new')}
      />
      {lists.length === 0 && <Text size="sm">{t('channels.noSeedLists')}</Text>}
      {lists.map(one => (
        <Group key={one.id} className="panel pad" justify="space-between">
          <div>
            <Text fw={560}>{one.name}</Text>
            <Text size="sm">{t('channels.seedCount', { count: one.addresses.length })}</Text>
          </div>
          <Group gap={6} wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => setOpen(one)}>
              {t('settings.change')}
            </Button>
            <RemoveButton
              name={one.name}
              text={t('channels.deleteSeedListText')}
              remove={() => api.sending.removeSeedList(one.id)}
            />
          </Group>
        </Group>
      ))}
      {open !== null && (
        <SeedListForm {...(open === 'new' ? {} : { list: open })} onClose={() => setOpen(null)} />
      )}
    </Stack>
  )
}
