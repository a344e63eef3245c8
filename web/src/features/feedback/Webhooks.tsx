/** The webhooks of a sandbox: their addresses to copy, what came in at each, making and removing one. */
import type { FeedbackSource } from '@carillon/contract'
import { Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconClock, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { useApi } from '../session/session.tsx'
import { NewWebhook } from './NewWebhook.tsx'
import { Tally } from './Tally.tsx'

const KEY = ['feedback', 'sources'] as const

const Remove = ({ source }: { source: FeedbackSource }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  return (
    <RemoveDeed
      title={t('campaigns.deleteTitle', { name: source.name })}
      text={t('feedback.removeText')}
      action={t('channels.deleteDo')}
      remove={async () => {
        await api.feedback.deleteSource(source.id)
        await queries.invalidateQueries({ queryKey: KEY })
      }}
    />
  )
}

const Webhook = ({ source }: { source: FeedbackSource }) => {
  const t = useT()
  const confirmed = source.confirmedAt !== null
  return (
    <section className="panel pad" aria-label={source.name}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Text fw={560} className="break">
              {source.name}
            </Text>
            <span className="tag">{t(`feedback.provider.${source.provider}`)}</span>
            {source.provider === 'ses' && (
              <Chip tone={confirmed ? 'green' : 'amber'} icon={confirmed ? IconCircleCheck : IconClock}>
                {t(confirmed ? 'feedback.confirmed' : 'feedback.unconfirmed')}
              </Chip>
            )}
          </Group>
          <Remove source={source} />
        </Group>
        <Group gap="xs">
          <Code className="break">{source.url}</Code>
          <CopyButton value={source.url} />
        </Group>
        {source.topicArn !== null && (
          <Text size="xs" c="dimmed" className="break">
            {source.topicArn}
          </Text>
        )}
        <Tally tally={source} />
      </Stack>
    </section>
  )
}

/** The list, and the way to make one. */
export const Webhooks = () => {
  const t = useT()
  const api = useApi()
  const list = useQuery({ queryKey: KEY, queryFn: api.feedback.sources })
  const [making, setMaking] = useState(false)
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>{t('feedback.webhooks')}</Title>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('feedback.new')}
        </Button>
      </Group>
      <Loaded query={list} part>
        {({ items }) =>
          items.length > 0 ? (
            items.map(source => <Webhook key={source.id} source={source} />)
          ) : (
            <EmptyNote title={t('feedback.none')} text={t('feedback.noneDo')} />
          )
        }
      </Loaded>
      {making && <NewWebhook onClose={() => setMaking(false)} />}
    </Stack>
  )
}
