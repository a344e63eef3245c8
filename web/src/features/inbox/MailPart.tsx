/** One part of a mail: HTML, text, headers, or the raw source. */
import type { InboxMail } from '@carillon/contract'
import { Button, Loader, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { MailFrame } from '../../ui/MailFrame.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { PhonePreview } from '../campaigns/PhonePreview.tsx'
import { InboxPushView } from '../push/InboxPushView.tsx'
import { useApi } from '../session/session.tsx'
import type { Part } from './filters.ts'

const download = (blob: Blob, name: string) => {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

const Raw = ({ id, ending }: { id: string; ending: 'eml' | 'json' }) => {
  const t = useT()
  const api = useApi()
  const raw = useQuery({
    queryKey: ['raw', id],
    queryFn: async () => {
      const blob = await api.inbox.raw(id)
      return { blob, text: await blob.text() }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (raw.isPending) return <Loader size="sm" m="md" />
  if (raw.error) return <ProblemNote error={raw.error} onRetry={() => void raw.refetch()} />
  return (
    <div style={{ padding: 12 }}>
      <Button
        mb="sm"
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={14} />}
        onClick={() => download(raw.data.blob, `${id}.${ending}`)}
      >
        {t('inbox.download')}
      </Button>
      <pre className="code" style={{ maxHeight: 'none' }}>
        {raw.data.text}
      </pre>
    </div>
  )
}

const Headers = ({ mail }: { mail: InboxMail }) => (
  <table className="dense">
    <tbody>
      {mail.headers.map((header, i) => (
        // Headers repeat (Received), and their order is all that tells them apart.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of a stored mail never changes
        <tr key={i}>
          <th scope="row" style={{ verticalAlign: 'top' }}>
            {header.name}
          </th>
          <td className="mono break">{header.value}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** The part that is open. */
export const MailPart = ({ mail, part }: { mail: InboxMail; part: Part }) => {
  const t = useT()
  const none = (
    <Text size="sm" c="dimmed" p="md">
      {t('inbox.noPart')}
    </Text>
  )
  if (part === 'raw') return <Raw id={mail.id} ending={mail.channel === 'email' ? 'eml' : 'json'} />
  if (part === 'headers') return <Headers mail={mail} />
  if (part === 'html' && mail.push !== null) return <InboxPushView push={mail.push} />
  if (part === 'html' && mail.sms !== null) return <PhonePreview sms={mail.sms} />
  if (part === 'html')
    return mail.html === null ? none : <MailFrame html={mail.html} title={t('inbox.frame')} />
  if (mail.text === null) return none
  return (
    <pre className="code wrap" style={{ border: 0, maxHeight: 'none', minHeight: '100%', fontSize: 13 }}>
      {mail.text}
    </pre>
  )
}
