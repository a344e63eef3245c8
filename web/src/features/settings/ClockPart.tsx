/** The test clock of a sandbox: marked for tests, its time can be moved forward. */
import type { SandboxClock } from '@carillon/contract'
import { Alert, Button, Group, Stack, Switch, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { DurationField } from '../../ui/DurationField.tsx'
import { durationText } from '../../ui/duration-text.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi, useSession } from '../session/session.tsx'

const KEY = ['clock'] as const
const TEN_YEARS = 316_224_000

// Whatever shows a time of the sandbox is read again.
const useClockDeed = <T, R>(deed: (given: T) => Promise<R>) => {
  const queries = useQueryClient()
  return useMutation({ mutationFn: deed, onSuccess: () => queries.invalidateQueries() })
}

const Mark = ({ clock }: { clock: SandboxClock }) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState(false)
  const mode = useClockDeed((testClock: boolean) => api.clock.mode({ testClock }))
  const ends = clock.testClock
  return (
    <>
      <Switch label={t('clock.mark')} checked={clock.testClock} onChange={() => setAsked(true)} />
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={ends ? t('clock.unmarkTitle') : t('clock.markTitle', { sandbox: clock.sandbox })}
        text={t(ends ? 'clock.unmarkText' : 'clock.markText')}
        action={t(ends ? 'clock.unmarkDo' : 'clock.markDo')}
        danger={ends}
        pending={mode.isPending}
        error={mode.error}
        onConfirm={() => mode.mutate(!ends, { onSuccess: () => setAsked(false) })}
      />
    </>
  )
}

const Advance = () => {
  const t = useT()
  const api = useApi()
  const [seconds, setSeconds] = useState<number | null>(3_600)
  const advance = useClockDeed((by: number) => api.clock.advance({ seconds: by }))
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (seconds !== null) advance.mutate(seconds)
      }}
    >
      <Stack gap="xs">
        <Group align="flex-end">
          <DurationField
            label={t('clock.advance')}
            unit="hours"
            max={TEN_YEARS}
            value={seconds}
            onChange={setSeconds}
          />
          <Button type="submit" disabled={seconds === null} loading={advance.isPending}>
            {t('clock.advanceDo')}
          </Button>
        </Group>
        <ProblemNote error={advance.error} />
        <Text size="sm" role="status">
          {advance.data && t('clock.moved', { count: advance.data.moved })}
        </Text>
      </Stack>
    </form>
  )
}

const Now = ({ clock }: { clock: SandboxClock }) => {
  const { t, formats } = useSpeech()
  const ahead = Math.round(clock.offsetSeconds)
  return (
    <Facts
      facts={[
        [t('clock.now'), formats.exact(clock.now)],
        [t('clock.ahead'), ahead === 0 ? t('clock.notAhead') : durationText(t, ahead)],
      ]}
    />
  )
}

/** The part. */
export const ClockPart = () => {
  const t = useT()
  const api = useApi()
  const sandboxes = useSession().data?.sandboxes ?? []
  const query = useQuery({ queryKey: KEY, queryFn: api.clock.get, refetchInterval: 1_000 })
  const clock = query.data
  const production = sandboxes.some(one => one.production && one.name === clock?.sandbox)
  return (
    <section className="panel pad" style={{ maxWidth: 640 }}>
      <Stack>
        <Alert color="yellow" variant="light" p="xs" px="md" icon={<IconAlertTriangle size={18} />}>
          {t(production ? 'clock.production' : 'clock.text')}
        </Alert>
        <Loaded query={query} part>
          {read => (
            <>
              {!production && <Mark clock={read} />}
              <Now clock={read} />
              {read.testClock && <Advance />}
            </>
          )}
        </Loaded>
      </Stack>
    </section>
  )
}
