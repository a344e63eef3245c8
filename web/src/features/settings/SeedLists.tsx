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

const SeedListForm = ({ list, onClose }: { list?: SeedList; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [name, setName] = useState(list?.name ?? '')
  const [addresses, setAddresses] = useState((list?.addresses ?? []).join('\n'))
  const [profile, setProfile] = useState(list?.profile ?? {})
  const [context, setContext] = useState(list?.context ?? {})
  const [valid, setValid] = useState({ profile: true, context: true })
  const save = useChannelDeed(() => {
    const body = { name, addresses: linesOf(addresses), profile, context }
    return list === undefined ? api.sending.createSeedList(body) : api.sending.putSeedList(list.id, body)
  })
  const count = linesOf(addresses).length
  return (
    <Modal opened onClose={onClose} centered size="lg" title={list?.name ?? t('channels.newSeedList')}>
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
          <Textarea
            label={t('channels.seedAddresses')}
            description={t('channels.seedAddressesHint')}
            required
            autosize
            minRows={3}
            maxRows={12}
            value={addresses}
            onChange={event => setAddresses(event.currentTarget.value)}
          />
          <JsonField
            label={t('channels.seedProfile')}
            readOnly={false}
            value={profile}
            onChange={setProfile}
            onValid={isValid => setValid(before => ({ ...before, profile: isValid }))}
          />
          <JsonField
            label={t('channels.seedContext')}
            readOnly={false}
            value={context}
            onChange={setContext}
            onValid={isValid => setValid(before => ({ ...before, context: isValid }))}
          />
          <ProblemNote error={save.error} />
          <Button
            type="submit"
            loading={save.isPending}
            disabled={!valid.profile || !valid.context || count === 0 || count > MAX_SEEDS}
          >
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
