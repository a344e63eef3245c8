/** The audiences that one person is in now, and what uploads say of the person. */
import type { Membership } from '@carillon/contract'
import { Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { opensRow } from '../../ui/row.ts'
import { PersonPanel } from './PersonPanel.tsx'
import { usePersonAudiences } from './person-queries.ts'

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const Extra = ({ row }: { row: Membership }) => (
  <>
    {row.problem !== null && (
      <Text size="sm" c="red">
        {row.problem}
      </Text>
    )}
    {Object.entries(row.extra ?? {}).map(([name, value]) => (
      <span key={name} className="tag wraps">
        {name}: {shown(value)}
      </span>
    ))}
  </>
)

const Row = ({ row }: { row: Membership }) => {
  const t = useT()
  const navigate = useNavigate()
  const place = { to: '/people/audiences/$id', params: { id: row.audienceId } } as const
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td className="break">
        <Link {...place} className="link strong">
          {row.name}
        </Link>
      </td>
      <td className="nowrap">{t(row.kind === 'rule' ? 'person.byRule' : 'person.byUpload')}</td>
      <td className="break">
        <Extra row={row} />
      </td>
    </tr>
  )
}

const Table = ({ rows }: { rows: readonly Membership[] }) => {
  const t = useT()
  return (
    <div className="table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('person.audience')}</th>
            <th>{t('person.how')}</th>
            <th>{t('person.extra')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.audienceId} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The part. */
export const AudiencesPart = ({ profileId }: { profileId: string }) => {
  const t = useT()
  return (
    <PersonPanel
      title={t('person.audiences')}
      empty={t('person.noAudiences')}
      list={usePersonAudiences(profileId)}
    >
      {rows => <Table rows={rows} />}
    </PersonPanel>
  )
}
