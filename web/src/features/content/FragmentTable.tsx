/** The rows of the list of fragments. */

import type { FragmentSummary } from '@carillon/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { FragmentChip } from './fragment-status.tsx'

const Row = ({ row }: { row: FragmentSummary }) => {
  const { t, formats } = useSpeech()
  const navigate = useNavigate()
  const place = { to: '/content/fragments/$id', params: { id: row.id } } as const
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td>
        <Link {...place} className="strong">
          {row.name}
        </Link>
        {row.description !== '' && <div className="row-note">{row.description}</div>}
      </td>
      <td className="mono break">{row.key}</td>
      <td>
        <FragmentChip status={row.status} hasDraft={row.hasDraft} />
      </td>
      <td>{t(`fragments.${row.subType}`)}</td>
      <td className="num">{row.liveVersion === null ? '–' : formats.number(row.liveVersion)}</td>
      <td className="num">
        <Time at={row.modifiedAt} />
      </td>
    </tr>
  )
}

/** The table. */
export const FragmentTable = ({ rows }: { rows: readonly FragmentSummary[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('campaigns.name')}</th>
            <th>{t('fragments.key')}</th>
            <th>{t('campaigns.status')}</th>
            <th>{t('fragments.subType')}</th>
            <th className="num">{t('exec.versionName')}</th>
            <th className="num">{t('campaigns.modified')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
