/** Late messages that wait for a person: says so, and lets them go on or cancels them. */
import type { HeldDecision } from '@carillon/contract'
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconClockExclamation } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useApi } from '../session/session.tsx'
import { useHoldDeed } from './hold-queries.ts'

/** Which messages are meant. */
export type Held = Omit<HeldDecision, 'decision'>

/** True while a campaign or an execution has late messages that wait for a decision; asked every 10 s. */
export const useHasStale = (of: { campaignId: string } | { executionId: string }): boolean => {
  const api = useApi()
  const query = useQuery({
    queryKey: ['messages', 'stale', of],
    queryFn: () => api.executions.messages({ ...of, state: 'held', reason: 'stale', limit: 1 }),
    refetchInterval: 10_000,
  })
  return (query.data?.items.length ?? 0) > 0
}

const useDecide = (held: Held) => {
  const api = useApi()
  return useHoldDeed(async (decision: 'release' | 'cancel') => {
    let step = await api.holds.decide({ ...held, decision })
    while (step.remaining && step.acted > 0) step = await api.holds.decide({ ...held, decision })
  })
}

/** The note with its buttons; `children` is the way to the messages. */
export const StaleNote = ({ held, children }: { held: Held; children?: ReactNode }) => {
  const t = useT()
  const [asked, setAsked] = useState<'release' | 'cancel' | null>(null)
  const decide = useDecide(held)
  const close = () => {
    setAsked(null)
    decide.reset()
  }
  const release = asked !== 'cancel'
  return (
    <Alert
      mb="md"
      p="xs"
      px="md"
      color="yellow"
      variant="light"
      role="status"
      data-hold="stale"
      icon={<IconClockExclamation size={18} />}
    >
      <Group justify="space-between" gap="xs">
        <div style={{ flex: '1 1 260px' }}>
          <Text size="sm" fw={600}>
            {t('stale.title')}
          </Text>
          <Text size="sm">
            {t('stale.text')} {children}
          </Text>
        </div>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => setAsked('release')}>
            {t('stale.release')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsked('cancel')}>
            {t('hold.end')}
          </Button>
        </Group>
      </Group>
      <Confirm
        opened={asked !== null}
        onClose={close}
        title={t(release ? 'stale.releaseTitle' : 'hold.endTitle')}
        text={t(release ? 'stale.releaseText' : 'stale.endText')}
        action={t(release ? 'stale.release' : 'hold.endDo')}
        danger={!release}
        pending={decide.isPending}
        error={decide.error}
        onConfirm={() => asked !== null && decide.mutate(asked, { onSuccess: close })}
      />
    </Alert>
  )
}
