/** What keeps a campaign's messages back now, with the buttons that decide about it. */
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { HoldBanner } from '../holds/HoldBanner.tsx'
import { holdsOfCampaign, useHolds } from '../holds/hold-queries.ts'
import { StaleNote, useHasStale } from '../holds/StaleNote.tsx'

/** The banners; nothing while nothing is held. */
export const CampaignHolds = ({ id }: { id: string }) => {
  const t = useT()
  const holds = holdsOfCampaign(useHolds().data ?? [], id)
  const stale = useHasStale({ campaignId: id })
  return (
    <>
      {holds.map(hold => (
        <HoldBanner key={hold.id} hold={hold} />
      ))}
      {stale && (
        <StaleNote held={{ campaignId: id }}>
          <Link to="/messages" search={{ campaignId: id, state: 'open', reason: 'stale' }} className="link">
            {t('stale.show')}
          </Link>
        </StaleNote>
      )}
    </>
  )
}
