/** The mails of the list. */
import type { InboxSummary } from '@carillon/contract'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { Time } from '../../ui/Time.tsx'
import { channelName } from '../campaigns/channel-name.ts'
import type { InboxView } from './filters.ts'

/** The rows; the open one is marked. */
export const InboxRows = ({ rows, view }: { rows: readonly InboxSummary[]; view: InboxView }) => {
  const t = useT()
  return rows.map(row => (
    <Link
      key={row.id}
      to="/inbox"
      search={{ ...view, mail: row.id }}
      className="mail-row"
      data-open={row.id === view.mail}
      aria-current={row.id === view.mail}
    >
      <div className="top">
        <span>{row.recipient}</span>
        <Time at={row.receivedAt} />
      </div>
      <div className="subject">{row.subject === '' ? t('inbox.noSubject') : row.subject}</div>
      <div className="top">
        <span>{row.sender}</span>
        {row.channel !== 'email' && <span className="tag">{channelName(t, row.channel)}</span>}
      </div>
    </Link>
  ))
}
