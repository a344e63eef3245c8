/** How much came in at the receiver or a webhook, and when last. */
import type { FeedbackTally } from '@carillon/contract'
import { useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Time } from '../../ui/Time.tsx'

/** The facts. */
export const Tally = ({ tally }: { tally: FeedbackTally }) => {
  const t = useT()
  const when = (at: string | null) => (at === null ? t('feedback.never') : <Time at={at} />)
  return (
    <Facts
      facts={[
        [t('feedback.received'), tally.received],
        [t('feedback.last'), when(tally.lastReceivedAt)],
        [t('feedback.ignored'), tally.ignored],
        [t('feedback.refused'), tally.refused],
        [t('feedback.lastRefused'), when(tally.lastRefusedAt)],
      ]}
    />
  )
}
