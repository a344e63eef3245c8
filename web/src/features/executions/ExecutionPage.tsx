/** One execution: how far it is, what keeps it back, its facts and its first recipients. Read again by itself while open. */
import type { Execution } from '@carillon/contract'
import { Group, Stack, Text, Title } from '@mantine/core'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { Time } from '../../ui/Time.tsx'
import { HoldBanner } from '../holds/HoldBanner.tsx'
import { StaleNote, useHasStale } from '../holds/StaleNote.tsx'
import { TrackingPart } from '../tracking/TrackingPart.tsx'
import { ExecutionDeeds } from './ExecutionDeeds.tsx'
import { useExecution } from './execution-queries.ts'
import { MessageTable } from './MessageTable.tsx'
import { groupOf, type StateGroup } from './message-state.tsx'
import { Progress } from './Progress.tsx'
import { StateFilter } from './StateFilter.tsx'

const runFacts = ({ run }: Execution, t: ReturnType<typeof useT>): [string, ReactNode][] =>
  run === null
    ? []
    : [
        [t('run.audience'), run.audienceName ?? run.audienceId],
        [t('run.members'), run.members],
        [t('run.taken'), run.taken],
        [t('run.state'), [t(`run.${run.state}`), run.detail].filter(part => part !== '').join(': ')],
      ]

const ExecutionFacts = ({ execution }: { execution: Execution }) => {
  const { t } = useSpeech()
  const version = execution.campaignVersion
  return (
    <section className="panel pad">
      <Facts
        facts={[
          [
            t('exec.campaign'),
            <Link
              key="c"
              to="/campaigns/$id"
              params={{ id: execution.campaignId }}
              search={{}}
              className="link"
            >
              {execution.campaignName}
            </Link>,
          ],
          [t('exec.kind'), t(`kind.${execution.kind}`)],
          [t('campaigns.status'), t(execution.finished ? 'exec.finished' : 'exec.running')],
          [t('exec.versionName'), version === null ? t('exec.test') : version],
          [t('exec.request'), execution.requestId],
          [t('exec.created'), <Time key="t" at={execution.createdAt} />],
          [t('exec.by'), execution.createdBy],
          ...runFacts(execution, t),
        ]}
      />
    </section>
  )
}

const Messages = ({ execution }: { execution: Execution }) => {
  const t = useT()
  const { state } = useSearch({ from: '/app/executions/$executionId' })
  const navigate = useNavigate()
  const { executionId } = execution
  const rows = execution.messages.filter(one => state === undefined || groupOf(one.state) === state)
  const narrow = (next: StateGroup | undefined) =>
    void navigate({
      to: '/executions/$executionId',
      params: { executionId },
      search: next === undefined ? {} : { state: next },
      replace: true,
    })
  return (
    <div>
      <Title order={2} mb="xs">
        {t('exec.messages')}
      </Title>
      <StateFilter value={state} counts={execution.counts} onChange={narrow} />
      {rows.length > 0 && <MessageTable rows={rows} withCampaign={false} />}
      {rows.length === 0 && <EmptyNote title={t('msg.none')} text={t('msg.noneDo')} />}
      {execution.messages.length < execution.counts.accepted && (
        <Group gap="xs" mt="xs">
          <Text size="sm" c="dimmed">
            {t('exec.first', { n: execution.messages.length, all: execution.counts.accepted })}
          </Text>
          <Link
            to="/messages"
            search={{ executionId, ...(state === undefined ? {} : { state }) }}
            className="link"
          >
            {t('exec.showAll')}
          </Link>
        </Group>
      )}
    </div>
  )
}

/** The page. */
export const ExecutionPage = () => {
  const { executionId } = useParams({ from: '/app/executions/$executionId' })
  const t = useT()
  const query = useExecution(executionId)
  const stale = useHasStale({ executionId })
  return (
    <>
      <PageHead title={executionId}>{query.data && <ExecutionDeeds execution={query.data} />}</PageHead>
      <Loaded query={query}>
        {execution => (
          <Stack>
            {/* The big stop has its own banner in every room. */}
            {execution.holds.some(hold => hold.kind !== 'stop') && (
              <div>
                {execution.holds
                  .filter(hold => hold.kind !== 'stop')
                  .map(hold => (
                    <HoldBanner key={hold.id} hold={hold} />
                  ))}
              </div>
            )}
            {stale && (
              <StaleNote held={{ executionId }}>
                <Link
                  to="/messages"
                  search={{ executionId, state: 'open', reason: 'stale' }}
                  className="link"
                >
                  {t('stale.show')}
                </Link>
              </StaleNote>
            )}
            <Progress execution={execution} />
            <ExecutionFacts execution={execution} />
            <Messages execution={execution} />
            {execution.kind !== 'test' && execution.messages[0] !== undefined && (
              <TrackingPart of={{ executionId }} channel={execution.messages[0].channel} />
            )}
          </Stack>
        )}
      </Loaded>
    </>
  )
}
