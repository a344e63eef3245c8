/** The call that triggers this campaign, ready to paste, and the test that goes through the same path. */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { addressOf, NO_ADDRESS, TestAddress } from '../settings/TestAddress.tsx'
import { RunPanel } from './RunPanel.tsx'
import type { Editor } from './use-editor.ts'

const Curl = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const api = useApi()
  const { id, status } = editor.campaign
  const sample = useQuery({ queryKey: ['curl', id], queryFn: () => api.campaigns.curl(id), staleTime: 5_000 })
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>{t('trigger.title')}</Title>
        {sample.data && <CopyButton value={sample.data.curl} />}
      </Group>
      <Text size="xs" c="dimmed">
        {t(status === 'live' ? 'trigger.text' : 'trigger.notLive')}
      </Text>
      <ProblemNote error={sample.error} onRetry={() => void sample.refetch()} />
      {sample.data && (
        <>
          <pre className="code" data-curl>
            {sample.data.curl}
          </pre>
          {sample.data.variables.length > 0 && (
            <Text size="xs" c="dimmed" className="break">
              {t('trigger.variables', { count: sample.data.variables.length })}:{' '}
              <span className="mono">{sample.data.variables.join(', ')}</span>
            </Text>
          )}
        </>
      )}
    </Stack>
  )
}

const Queued = ({ executionId }: { executionId: string }) => {
  const t = useT()
  return (
    <Alert color="gray" p="xs" role="status">
      <Text size="sm">{t('trigger.queued')}</Text>
      <Group gap="sm">
        <Link to="/executions/$executionId" params={{ executionId }} search={{}} className="link">
          {t('trigger.execution')}
        </Link>
        <Link to="/inbox" search={{}} className="link">
          {t('trigger.inbox')}
        </Link>
      </Group>
    </Alert>
  )
}

const TestSend = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const api = useApi()
  const [to, setTo] = useState(NO_ADDRESS)
  const { channel, sample } = editor.properties
  const test = useMutation({
    mutationFn: async () => {
      await editor.saver.flush()
      return api.campaigns.test(editor.campaign.id, { ...addressOf(channel, to), ...sample })
    },
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        test.mutate()
      }}
    >
      <Stack gap="xs">
        <Title order={2}>{t('trigger.test')}</Title>
        <TestAddress
          channel={channel}
          to={to}
          label={t('trigger.address')}
          description={t('trigger.testHint')}
          onChange={setTo}
        />
        <Button
          type="submit"
          variant="light"
          leftSection={<IconSend size={15} />}
          loading={test.isPending}
          disabled={editor.saveState.kind === 'conflict'}
        >
          {t('trigger.test')}
        </Button>
        <ProblemNote error={test.error} />
        {test.data && <Queued executionId={test.data.executionId} />}
      </Stack>
    </form>
  )
}

/** The panel beside the steps. */
export const TriggerPanel = ({ editor }: { editor: Editor }) => (
  <aside className="panel pad">
    <Stack gap="lg">
      {editor.properties.category === 'marketing' && <RunPanel editor={editor} />}
      <Curl editor={editor} />
      <TestSend editor={editor} />
    </Stack>
  </aside>
)
