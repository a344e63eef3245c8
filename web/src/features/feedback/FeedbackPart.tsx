/** Where reports of sent mail come in: the receiver as it stands and what DNS needs, and the webhooks of providers. */
import type { FeedbackReceiver } from '@carillon/contract'
import { Alert, Code, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { useApi } from '../session/session.tsx'
import { Tally } from './Tally.tsx'
import { Webhooks } from './Webhooks.tsx'

const Copied = ({ text }: { text: string }) => (
  <Group gap="xs">
    <Code className="break">{text}</Code>
    <CopyButton value={text} />
  </Group>
)

// An address in numbers, or this machine's own name, is no host for mail.
const mailHost = (): string =>
  /[a-z]\.[a-z]{2,}$/i.test(location.hostname) ? location.hostname : 'carillon.example.com'

const Domain = ({ domain, mailbox }: { domain: string; mailbox: string }) => {
  const t = useT()
  return (
    <Stack gap={6}>
      <Text size="sm" fw={560}>
        {domain}
      </Text>
      <Facts
        facts={[
          [t('feedback.mx'), <Copied key="mx" text={`${domain}. 3600 IN MX 10 ${mailHost()}.`} />],
          [t('feedback.loop'), <Copied key="loop" text={`${mailbox}@${domain}`} />],
        ]}
      />
    </Stack>
  )
}

const Receiver = ({ receiver }: { receiver: FeedbackReceiver }) => {
  const t = useT()
  return (
    <section className="panel pad">
      <Stack>
        <Title order={2}>{t('feedback.receiver')}</Title>
        {receiver.port === null ? (
          <Alert variant="light">{t('feedback.off')}</Alert>
        ) : (
          <Facts facts={[[t('feedback.port'), receiver.port]]} />
        )}
        {receiver.domains.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('feedback.noDomain')}
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              {t('feedback.mxHint')}
            </Text>
            {receiver.domains.map(domain => (
              <Domain key={domain} domain={domain} mailbox={receiver.loopMailbox} />
            ))}
          </>
        )}
        <Tally tally={receiver} />
      </Stack>
    </section>
  )
}

/** The part. */
export const FeedbackPart = () => {
  const t = useT()
  const api = useApi()
  const receiver = useQuery({ queryKey: ['feedback', 'receiver'], queryFn: api.feedback.receiver })
  return (
    <Stack>
      <Text size="sm" maw={640}>
        {t('feedback.text')}
      </Text>
      <Loaded query={receiver} part>
        {read => <Receiver receiver={read} />}
      </Loaded>
      <Webhooks />
    </Stack>
  )
}
