/** Pause and cancel of an execution that still has open messages. Resuming is a button of its banner. */
import type { Execution } from '@carillon/contract'
import { Button, Group } from '@mantine/core'
import { IconBan, IconPlayerPause } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { HoldConfirm } from '../holds/HoldConfirm.tsx'
import { useApi } from '../session/session.tsx'

/** The buttons; nothing once every message is settled. */
export const ExecutionDeeds = ({ execution }: { execution: Execution }) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState<'pause' | 'cancel' | null>(null)
  const { executionId, counts, holds } = execution
  const close = () => setAsked(null)
  const own = (kind: string) => holds.some(hold => hold.scope === 'execution' && hold.kind === kind)
  if ((counts.open === 0 && asked === null) || own('cancel')) return null
  return (
    <Group gap="xs">
      {!own('pause') && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={15} />}
          onClick={() => setAsked('pause')}
        >
          {t('pause.do')}
        </Button>
      )}
      <Button
        color="red.8"
        variant="outline"
        leftSection={<IconBan size={15} />}
        onClick={() => setAsked('cancel')}
      >
        {t('cancel.do')}
      </Button>
      <HoldConfirm
        opened={asked === 'pause'}
        onClose={close}
        title={t('pause.executionTitle')}
        text={t('pause.executionText')}
        action={t('pause.confirm')}
        deed={body => api.executions.pause(executionId, body)}
      />
      <HoldConfirm
        opened={asked === 'cancel'}
        onClose={close}
        title={t('cancel.title')}
        text={t('cancel.text', { n: counts.open })}
        action={t('cancel.confirm')}
        danger
        deed={body => api.executions.cancel(executionId, body)}
      />
    </Group>
  )
}
