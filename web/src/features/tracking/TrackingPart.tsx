/** Opens and clicks of a campaign or an execution: sums that open into their people, and the table of links. */
import type { InteractionKind, InteractionSums, LinkSums, TrackingSummary } from '@carillon/contract'
import { Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { useApi } from '../session/session.tsx'
import type { InteractionFilters } from './filters.ts'
import { type TrackingOf, useTracking } from './tracking-queries.ts'

const People = ({ n, of }: { n: number; of: InteractionFilters }) => {
  const { formats } = useSpeech()
  if (n === 0) return <td className="num zero">{formats.number(0)}</td>
  return (
    <td className="num">
      <Link to="/interactions" search={of} className="num-link">
        {formats.number(n)}
      </Link>
    </td>
  )
}

const Sums = ({ sums, of }: { sums: InteractionSums; of: InteractionFilters }) => (
  <>
    <People n={sums.unique} of={{ ...of, machine: false }} />
    <People n={sums.total} of={{ ...of, machine: false }} />
    <People n={sums.machine} of={{ ...of, machine: true }} />
  </>
)

const SumHeads = () => {
  const t = useT()
  return (
    <>
      <th className="num">{t('track.unique')}</th>
      <th className="num">{t('track.total')}</th>
      <th className="num">{t('track.machine')}</th>
    </>
  )
}

const ROWS = [
  ['open', 'opens'],
  ['click', 'clicks'],
  ['unsubscribe', 'unsubscribes'],
  ['mirror', 'mirrors'],
] as const satisfies readonly (readonly [InteractionKind, keyof TrackingSummary])[]

/** What can be done with messages of a channel. */
const OF_CHANNEL: Readonly<Partial<Record<string, readonly InteractionKind[]>>> = {
  sms: ['click'],
  push: ['open', 'click'],
}

const KindTable = ({
  summary,
  of,
  channel,
}: {
  summary: TrackingSummary
  of: TrackingOf
  channel: string
}) => {
  const { t, formats } = useSpeech()
  const rate = (n: number) =>
    summary.sent === 0 ? '–' : `${formats.number(Math.round((n * 1_000) / summary.sent) / 10)}%`
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('track.what')}</th>
            <SumHeads />
            <th className="num">{t('track.rate')}</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.filter(([kind]) => OF_CHANNEL[channel]?.includes(kind) !== false).map(([kind, member]) => (
            <tr key={kind}>
              <td>{t(`track.kind.${kind}`)}</td>
              <Sums sums={summary[member]} of={{ ...of, kind }} />
              <td className={summary[member].unique === 0 ? 'num zero' : 'num'}>
                {rate(summary[member].unique)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const LinkRow = ({ link, of }: { link: LinkSums; of: TrackingOf }) => (
  <tr>
    <td className="break" style={{ minWidth: 60 }}>
      {link.label}
    </td>
    <td className="break">{link.url}</td>
    <Sums sums={link} of={{ ...of, linkId: link.linkId }} />
  </tr>
)

const LinkTable = ({ links, of }: { links: readonly LinkSums[]; of: TrackingOf }) => {
  const t = useT()
  if (links.length === 0) return <EmptyNote title={t('track.noLinks')} text={t('track.noLinksDo')} />
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('track.label')}</th>
            <th>{t('track.url')}</th>
            <SumHeads />
          </tr>
        </thead>
        <tbody>
          {links.map(link => (
            <LinkRow key={link.linkId} link={link} of={of} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const LinkFile = ({ campaignId }: { campaignId: string }) => {
  const t = useT()
  const api = useApi()
  return (
    <DownloadDeed
      small
      label={t('track.export')}
      name="links.csv"
      read={() => api.tracking.links(campaignId)}
    />
  )
}

/** The part, for messages of a channel. `isOver`: no more are sent. */
export const TrackingPart = ({
  of,
  channel,
  isOver = false,
}: {
  of: TrackingOf
  channel: string
  isOver?: boolean
}) => {
  const t = useT()
  const query = useTracking(of, isOver)
  return (
    <section>
      <Stack gap="sm">
        <Title order={2}>{t('track.title')}</Title>
        <Loaded part query={query}>
          {summary => (
            <>
              <KindTable summary={summary} of={of} channel={channel} />
              <Text size="xs" c="dimmed">
                {t('track.machineHint')}
              </Text>
              <Group justify="space-between">
                <Title order={3}>{t('track.links')}</Title>
                {'campaignId' in of && summary.links.length > 0 && <LinkFile campaignId={of.campaignId} />}
              </Group>
              <LinkTable links={summary.links} of={of} />
            </>
          )}
        </Loaded>
      </Stack>
    </section>
  )
}
