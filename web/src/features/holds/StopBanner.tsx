/** The red banner of every room while all sending of the sandbox is stopped. */
import { IconHandStop } from '@tabler/icons-react'
import { useSpeech } from '../../i18n/language.tsx'
import { Time } from '../../ui/Time.tsx'
import { HoldDecision } from './HoldDecision.tsx'
import { useHolds } from './hold-queries.ts'

/** The banner; nothing while the sandbox sends. */
export const StopBanner = () => {
  const { t } = useSpeech()
  const stop = useHolds().data?.find(hold => hold.kind === 'stop')
  if (stop === undefined) return null
  return (
    <section className="stop-banner" role="alert" aria-label={t('hold.stop')}>
      <IconHandStop size={22} aria-hidden="true" />
      <div className="stop-words">
        <strong>{t('hold.stop')}</strong> {t('hold.stopText')}
        {stop.detail !== '' && <div className="break">“{stop.detail}”</div>}
        <small>
          <Time at={stop.createdAt} /> {t('hold.by', { who: stop.createdBy })}
        </small>
      </div>
      <HoldDecision hold={stop} />
    </section>
  )
}
