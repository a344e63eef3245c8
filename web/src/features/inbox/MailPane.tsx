/** One mail: its facts and its parts. The HTML is hostile and stays in the sandboxed frame. */
import type { InboxMail } from '@carillon/contract'
import { Button, Group, Loader, Tabs, Text } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { type InboxView, PARTS, readInboxView } from './filters.ts'
import { MailPart } from './MailPart.tsx'

const MailHead = ({ mail, view }: { mail: InboxMail; view: InboxView }) => {
  const { t, formats } = useSpeech()
  return (
    <div style={{ padding: '12px 16px 4px' }}>
      <Link to="/inbox" search={readInboxView({ search: view.search })} className="link only-narrow">
        <IconArrowLeft size={14} /> {t('inbox.back')}
      </Link>
      <Text fw={620} className="break" data-mail="subject">
        {mail.subject === '' ? t('inbox.noSubject') : mail.subject}
      </Text>
      <Text size="sm" c="dimmed" className="break">
        {t('inbox.from')} {mail.sender} · {t('inbox.to')} {mail.recipient}
      </Text>
      <Group gap="md">
        <Text size="sm" c="dimmed">
          {formats.exact(mail.receivedAt)} · {formats.bytes(mail.size)}
        </Text>
        {mail.messageId !== null && (
          <Link to="/messages/$messageId" params={{ messageId: mail.messageId }} className="link">
            <Text size="sm" span>
              {t('inbox.message')}
            </Text>
          </Link>
        )}
      </Group>
      {mail.attachments.length > 0 && (
        <Text size="sm">
          {t('inbox.attachments')}:{' '}
          {mail.attachments.map(one => `${one.name} (${formats.bytes(one.size)})`).join(', ')}
        </Text>
      )}
    </div>
  )
}

const OpenMail = ({ mail, view }: { mail: InboxMail; view: InboxView }) => {
  const t = useT()
  const navigate = useNavigate()
  const isOfPhone = mail.sms !== null || mail.push !== null
  const part = view.part ?? (mail.html === null && !isOfPhone ? 'text' : 'html')
  const open = (next: string | null) =>
    void navigate({ to: '/inbox', search: readInboxView({ ...view, part: next }), replace: true })
  return (
    <>
      <MailHead mail={mail} view={view} />
      <Tabs value={part} onChange={open}>
        <Tabs.List px="xs">
          {PARTS.map(one => (
            <Tabs.Tab key={one} value={one}>
              {t(one === 'html' && isOfPhone ? 'inbox.phone' : `inbox.part.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <div className="mail-part">
        <MailPart mail={mail} part={part} />
      </div>
    </>
  )
}

/** The right side of the Inbox. */
export const MailPane = ({ view }: { view: InboxView }) => {
  const t = useT()
  const api = useApi()
  const id = view.mail ?? ''
  const query = useQuery({
    queryKey: ['mail', id],
    queryFn: () => api.inbox.get(id),
    enabled: id !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (query.data) return <OpenMail mail={query.data} view={view} />
  return (
    <div style={{ padding: 24 }}>
      {id === '' && (
        <Text size="sm" c="dimmed">
          {t('inbox.choose')}
        </Text>
      )}
      {id !== '' && query.isPending && <Loader size="sm" />}
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.error && (
        <Button
          mt="sm"
          variant="default"
          renderRoot={props => (
            <Link {...props} to="/inbox" search={readInboxView({ search: view.search })} />
          )}
        >
          {t('inbox.back')}
        </Button>
      )}
    </div>
  )
}
