/** The call that triggers this campaign, ready to paste, and the test that goes through the same path. */
import type { CampaignChannel } from '@carillon/contract'
import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { NO_DEVICE, TestDeviceFields } from '../push/TestDeviceFields.tsx'
import { useApi } from '../session/session.tsx'
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

/** How each channel asks for the address of a test. */
const TEST_FIELDS = {
  email: { member: 'emailAddress', type: 'email', label: 'trigger.address', example: 'ada@example.com' },
  sms: { member: 'phoneNumber', type: 'tel', label: 'trigger.number', example: '+31612345678' },
} as const satisfies Record<Exclude<CampaignChannel, 'push'>, object>

const TestSend = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const api = useApi()
  const [address, setAddress] = useState('')
  const [device, setDevice] = useState(NO_DEVICE)
  const { channel } = editor.properties
  const field = channel === 'push' ? undefined : TEST_FIELDS[channel]
  const to = field === undefined ? { device } : { [field.member]: address }
  const test = useMutation({
    mutationFn: async () => {
      await editor.saver.flush()
      return api.campaigns.test(editor.campaign.id, { ...to, ...editor.properties.sample })
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
        {field === undefined ? (
          <TestDeviceFields device={device} onChange={setDevice} />
        ) : (
          <TextInput
            key={field.member}
            type={field.type}
            required
            label={t(field.label)}
            description={t('trigger.testHint')}
            placeholder={field.example}
            value={address}
            onChange={event => setAddress(event.currentTarget.value)}
          />
        )}
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
