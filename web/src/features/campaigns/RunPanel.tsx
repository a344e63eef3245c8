/** Send a live marketing campaign to its audience: now, or at a moment. It asks first, because it cannot be unsent. */
import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconCalendar, IconSend } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Json } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { fromLocalField } from '../../ui/local-time.ts'
import { useApi } from '../session/session.tsx'
import { useAudienceChoices } from './KindPart.tsx'
import type { Editor } from './use-editor.ts'

const useRun = (editor: Editor) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (run: { executeAt: string | null; context: Json }) => api.runs.start(editor.campaign.id, run),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['schedules'] }),
  })
}

const Started = ({ executionId }: { executionId: string | null }) => {
  const t = useT()
  return (
    <Alert color="gray" p="xs" role="status">
      <Text size="sm">{t(executionId === null ? 'marketing.scheduled' : 'marketing.started')}</Text>
      {executionId === null ? (
        <Link to="/executions/schedules" className="link">
          {t('marketing.schedules')}
        </Link>
      ) : (
        <Link to="/executions/$executionId" params={{ executionId }} search={{}} className="link">
          {t('marketing.openExecution')}
        </Link>
      )}
    </Alert>
  )
}

const Question = (props: {
  readonly asked: 'now' | 'later'
  readonly audience: string
  /** What the sample says: to begin with, for the run's own is somebody's to say. */
  readonly sample: Json
  readonly run: ReturnType<typeof useRun>
  readonly onClose: () => void
}) => {
  const t = useT()
  const [field, setField] = useState('')
  const [context, setContext] = useState(props.sample)
  const [valid, setValid] = useState(true)
  const { asked, run } = props
  const executeAt = asked === 'later' ? fromLocalField(field) : null
  return (
    <Confirm
      opened
      onClose={props.onClose}
      title={t(asked === 'later' ? 'marketing.scheduleTitle' : 'marketing.sendTitle', {
        audience: props.audience,
      })}
      text={t(asked === 'later' ? 'marketing.scheduleText' : 'marketing.sendText')}
      action={t(asked === 'later' ? 'marketing.scheduleDo' : 'marketing.sendDo')}
      disabled={!valid || (asked === 'later' && executeAt === null)}
      pending={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate({ executeAt, context }, { onSuccess: props.onClose })}
    >
      {asked === 'later' && (
        <TextInput
          type="datetime-local"
          required
          label={t('marketing.when')}
          value={field}
          onChange={event => setField(event.currentTarget.value)}
        />
      )}
      <JsonField
        label={t('marketing.context')}
        value={context}
        readOnly={false}
        onChange={setContext}
        onValid={setValid}
      />
    </Confirm>
  )
}

/** The panel beside the steps of a marketing campaign. */
export const RunPanel = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const [asked, setAsked] = useState<'now' | 'later' | null>(null)
  const run = useRun(editor)
  const audiences = useAudienceChoices()
  const { live, status } = editor.campaign
  const audienceId = live?.properties.audienceId
  const audience = audiences.data?.items.find(one => one.id === audienceId)?.name ?? '…'
  const isLive = status === 'live' && live?.properties.category === 'marketing'
  return (
    <Stack gap="xs">
      <Title order={2}>{t('marketing.run')}</Title>
      <Text size="xs" c="dimmed">
        {t(isLive ? 'marketing.runHint' : 'marketing.runNotLive', { audience })}
      </Text>
      <Group gap="xs" grow>
        <Button
          leftSection={<IconSend size={15} />}
          disabled={!isLive}
          onClick={() => {
            run.reset()
            setAsked('now')
          }}
        >
          {t('marketing.send')}
        </Button>
        <Button
          variant="light"
          leftSection={<IconCalendar size={15} />}
          disabled={!isLive}
          onClick={() => {
            run.reset()
            setAsked('later')
          }}
        >
          {t('marketing.schedule')}
        </Button>
      </Group>
      {run.data && <Started executionId={run.data.executionId} />}
      {asked !== null && (
        <Question
          asked={asked}
          audience={audience}
          sample={editor.properties.sample.context}
          run={run}
          onClose={() => setAsked(null)}
        />
      )}
    </Stack>
  )
}
