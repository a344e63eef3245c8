/** What waits and what slows it down: lanes, providers left alone, learned rates. */
import type { Traffic } from '@carillon/contract'
import { Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconClock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { isKey } from '../../i18n/translate.ts'
import { Chip } from '../../ui/Chip.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Time, Until } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { ExecutionsHead } from './ExecutionsHead.tsx'

const AGAIN_MS = 2_000

const Part = (props: { title: string; none: string | null; children: ReactNode }) => (
  <section>
    <Title order={2} mb="xs">
      {props.title}
    </Title>
    {props.none === null ? (
      <div className="panel table-wrap">{props.children}</div>
    ) : (
      <Text size="sm" c="dimmed">
        {props.none}
      </Text>
    )}
  </section>
)

const Lanes = ({ lanes }: { lanes: Traffic['lanes'] }) => {
  const { t, formats } = useSpeech()
  return (
    <table className="dense">
      <thead>
        <tr>
          <th>{t('traffic.lane')}</th>
          <th className="num">{t('traffic.ready')}</th>
          <th className="num">{t('traffic.waiting')}</th>
          <th className="num">{t('traffic.held')}</th>
          <th className="num">{t('traffic.oldest')}</th>
        </tr>
      </thead>
      <tbody>
        {lanes.map(lane => {
          const key = `lane.${lane.lane}`
          const shown = (n: number) =>
            lane.partial && n >= 100_000 ? t('traffic.atLeast', { n: formats.number(n) }) : formats.number(n)
          return (
            <tr key={lane.lane}>
              <td style={{ fontWeight: 560 }}>{isKey(key) ? t(key) : lane.lane}</td>
              {(['ready', 'waiting', 'held'] as const).map(name => (
                <td key={name} className={lane[name] === 0 ? 'num zero' : 'num'}>
                  {shown(lane[name])}
                </td>
              ))}
              <td className="num">{lane.oldestDueAt !== null && <Time at={lane.oldestDueAt} />}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const Breakers = ({ breakers }: { breakers: Traffic['breakers'] }) => {
  const { t, formats } = useSpeech()
  return (
    <table className="dense">
      <thead>
        <tr>
          <th>{t('traffic.transport')}</th>
          <th>{t('exec.state')}</th>
          <th className="num">{t('traffic.failures')}</th>
          <th className="num">{t('traffic.until')}</th>
          <th>{t('dead.code')}</th>
          <th>{t('traffic.answer')}</th>
          <th className="num">{t('msg.changed')}</th>
        </tr>
      </thead>
      <tbody>
        {breakers.map(one => (
          <tr key={one.transportId}>
            <td style={{ fontWeight: 560 }}>{one.transport}</td>
            <td>
              <Chip
                tone={one.openUntil === null ? 'green' : 'amber'}
                icon={one.openUntil === null ? IconCircleCheck : IconClock}
              >
                {t(one.openUntil === null ? 'traffic.closed' : 'traffic.open')}
              </Chip>
            </td>
            <td className="num">{formats.number(one.failures)}</td>
            <td className="num">{one.openUntil !== null && <Until at={one.openUntil} />}</td>
            <td className="mono">{one.code}</td>
            <td>
              <div className="answer" title={one.answer}>
                {one.answer}
              </div>
            </td>
            <td className="num">
              <Time at={one.changedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Rates = ({ rates }: { rates: Traffic['rates'] }) => {
  const { t, formats } = useSpeech()
  return (
    <table className="dense">
      <thead>
        <tr>
          <th>{t('traffic.transport')}</th>
          <th>{t('traffic.domain')}</th>
          <th className="num">{t('traffic.rate')}</th>
          <th className="num">{t('traffic.learned')}</th>
        </tr>
      </thead>
      <tbody>
        {rates.map(rate => (
          <tr key={rate.key}>
            <td style={{ fontWeight: 560 }}>{rate.transport ?? rate.key}</td>
            <td className="mono">{rate.domain ?? t('app.all')}</td>
            <td className="num">{formats.number(rate.ratePerSecond)}</td>
            <td className="num">
              <Time at={rate.learnedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Now = ({ traffic }: { traffic: Traffic }) => {
  const t = useT()
  const idle = traffic.lanes.every(lane => lane.ready + lane.waiting + lane.held === 0)
  return (
    <Stack gap="lg">
      <Part title={t('traffic.lanes')} none={null}>
        {idle ? (
          <EmptyNote title={t('traffic.idle')} text={t('traffic.idleDo')} />
        ) : (
          <Lanes lanes={traffic.lanes} />
        )}
      </Part>
      <Part
        title={t('traffic.breakers')}
        none={traffic.breakers.length === 0 ? t('traffic.breakersNone') : null}
      >
        <Breakers breakers={traffic.breakers} />
      </Part>
      <Part title={t('traffic.rates')} none={traffic.rates.length === 0 ? t('traffic.ratesNone') : null}>
        <Rates rates={traffic.rates} />
      </Part>
    </Stack>
  )
}

/** The page; read again every 2 s. */
export const TrafficPage = () => {
  const t = useT()
  const api = useApi()
  const query = useQuery({
    queryKey: ['traffic'],
    queryFn: api.executions.traffic,
    refetchInterval: AGAIN_MS,
  })
  return (
    <>
      <ExecutionsHead />
      <Text size="sm" mb="md">
        {t('traffic.text')}
      </Text>
      <Loaded query={query}>{traffic => <Now traffic={traffic} />}</Loaded>
    </>
  )
}
