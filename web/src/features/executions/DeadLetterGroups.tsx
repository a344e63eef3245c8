/** How many dead letters there are by state, reason and campaign; each group opens its list. */
import type { DeadLetterSummary } from '@carillon/contract'
import { Link } from '@tanstack/react-router'
import { useSpeech } from '../../i18n/language.tsx'
import { reasonText, StateChip } from './message-state.tsx'

/** The groups, largest first. */
export const DeadLetterGroups = ({ summary }: { summary: DeadLetterSummary }) => {
  const { t, formats } = useSpeech()
  const groups = [...summary.groups].sort((a, b) => b.n - a.n)
  return (
    <div className="panel table-wrap">
      <table className="dense" aria-label={t('dead.groups')}>
        <thead>
          <tr>
            <th>{t('msg.state')}</th>
            <th>{t('msg.reason')}</th>
            <th>{t('exec.campaign')}</th>
            <th className="num">{t('dead.count')}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(group => {
            const { state, reason, campaignId, campaignName, reasonText: words, n } = group
            return (
              <tr key={[state, reason, campaignId].join()}>
                <td>
                  <StateChip state={state} />
                </td>
                <td>{reason === null ? t('dead.noReason') : reasonText(t, reason, words)}</td>
                <td>{campaignName}</td>
                <td className="num">
                  <Link
                    to="/executions/dead-letters"
                    search={{ state, campaignId, ...(reason === null ? {} : { reason }) }}
                    className="num-link"
                  >
                    {formats.number(n)}
                  </Link>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
