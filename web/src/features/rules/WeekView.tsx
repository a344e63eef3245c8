/** The week of quiet hours at a glance. The words beside it say the same to those who do not see it. */
import type { QuietPeriod } from '@carillon/contract'
import { useT } from '../../i18n/language.tsx'
import { periodWords, SHOWN_DAYS } from './rule-words.ts'
import './rules.css'
import { barsOfDay } from './week.ts'

const DAY_MINUTES = 1_440
const percent = (minutes: number): string => `${(minutes / DAY_MINUTES) * 100}%`

/** The view; it draws weekly periods, and names those of dates below. */
export const WeekView = ({ periods }: { periods: readonly QuietPeriod[] }) => {
  const t = useT()
  const dates = periods.filter(period => period.kind === 'dates')
  const words = periods.map(period => periodWords(t, period)).join('; ')
  return (
    <figure className="quiet-week" role="img" aria-label={`${t('rules.week')}: ${words}`}>
      {SHOWN_DAYS.map(day => (
        <div className="quiet-day" key={day}>
          <span className="quiet-name">{t(`rules.day.${day}`)}</span>
          <span className="quiet-line">
            {barsOfDay(periods, day).map(bar => (
              <span
                key={bar.from}
                className="quiet-bar"
                style={{ left: percent(bar.from), width: percent(bar.to - bar.from) }}
              />
            ))}
          </span>
        </div>
      ))}
      <div className="quiet-day">
        <span className="quiet-name" />
        <span className="quiet-hours">
          {['00:00', '06:00', '12:00', '18:00', '24:00'].map(hour => (
            <span key={hour}>{hour}</span>
          ))}
        </span>
      </div>
      {dates.length > 0 && <figcaption>{dates.map(period => periodWords(t, period)).join('; ')}</figcaption>}
    </figure>
  )
}
