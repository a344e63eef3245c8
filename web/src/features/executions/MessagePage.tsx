/** One message: why this person did or did not get it, step by step. */
import type { Message } from '@carillon/contract'
import { Group, SimpleGrid, Stack, Title } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { Json } from '../../api.ts'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { Time } from '../../ui/Time.tsx'
import { useMessage } from './execution-queries.ts'
import { MessageDeeds } from './MessageDeeds.tsx'
import { OPEN_STATES, reasonText, StateChip } from './message-state.tsx'
import { Timeline } from './Timeline.tsx'

const MessageFacts = ({ message }: { message: Message }) => {
  const { t, formats } = useSpeech()
  const open = OPEN_STATES.includes(message.state)
  return (
    <section className="panel pad">
      <Facts
        facts={[
          [
            t('msg.reason'),
            message.reason === null ? null : reasonText(t, message.reason, message.reasonText),
          ],
          [
            t('exec.campaign'),
            <Link
              key="c"
              to="/campaigns/$id"
              params={{ id: message.campaignId }}
              search={{}}
              className="link"
            >
              {message.campaignName}
            </Link>,
          ],
          [
            t('exec.id'),
            <Link
              key="e"
              to="/executions/$executionId"
              params={{ executionId: message.executionId }}
              search={{}}
              className="link mono"
            >
              {message.executionId}
            </Link>,
          ],
          [t('msg.accepted'), formats.exact(message.acceptedAt)],
          [t('msg.changed'), <Time key="t" at={message.changedAt} />],
          [
            t('deed.discarded'),
            message.discardedAt === null ? null : <Time key="d" at={message.discardedAt} />,
          ],
          [t('msg.due'), open ? formats.exact(message.dueAt) : null],
          [
            t('msg.expires'),
            message.expiresAt === null ? t('msg.neverExpires') : formats.exact(message.expiresAt),
          ],
          [
            t('msg.id'),
            <span key="i" className="mono">
              {message.messageId}
            </span>,
          ],
        ]}
      />
    </section>
  )
}

const History = ({ message }: { message: Message }) => {
  const t = useT()
  return (
    <section className="panel pad">
      <Title order={2} mb="sm">
        {t('msg.timeline')}
      </Title>
      <Timeline timeline={message.timeline} attempts={message.attempts} />
      <Group gap="lg">
        {message.inboxId !== null && (
          <Link to="/inbox" search={{ mail: message.inboxId }} className="link below">
            {t('msg.inInbox')}
          </Link>
        )}
        <Link
          to="/executions/why"
          search={{ campaign: message.campaignId, namespace: message.namespace, value: message.userId }}
          className="link below"
        >
          {t('deed.others')}
        </Link>
      </Group>
    </section>
  )
}

const Data = ({ title, value }: { title: string; value: Json }) => (
  <section className="panel pad">
    <Title order={2} mb="sm">
      {title}
    </Title>
    <pre className="code wrap">{JSON.stringify(value, null, 2)}</pre>
  </section>
)

/** The page. */
export const MessagePage = () => {
  const t = useT()
  const { messageId } = useParams({ from: '/app/messages/$messageId' })
  const query = useMessage(messageId)
  const message = query.data
  return (
    <>
      <PageHead
        title={message?.userId ?? t('msg.title')}
        beside={
          message && (
            <>
              <StateChip state={message.state} />
              <span className="tag">{message.namespace}</span>
            </>
          )
        }
      >
        {message && <MessageDeeds message={message} />}
      </PageHead>
      <Loaded query={query}>
        {one => (
          <Stack>
            <MessageFacts message={one} />
            <History message={one} />
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Data title={t('msg.recipient')} value={one.recipient} />
              <Data title={t('msg.context')} value={one.context} />
            </SimpleGrid>
          </Stack>
        )}
      </Loaded>
    </>
  )
}
