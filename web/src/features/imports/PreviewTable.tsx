/** The first rows of a file as they would become. */
import type { ImportPreview } from '@carillon/contract'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { flat } from './mapping.ts'

type Previewed = ImportPreview['rows'][number]

const Person = ({ person }: { person: NonNullable<Previewed['person']> }) => (
  <>
    <td>
      {person.identities.map(one => (
        <div key={`${one.namespace} ${one.value}`} className="break">
          <span className="tag">{one.namespace}</span>
          {one.value}
        </div>
      ))}
    </td>
    <td className="mono break">
      {flat(person.attributes).map(line => (
        <div key={line}>{line}</div>
      ))}
    </td>
  </>
)

const Row = ({ row }: { row: Previewed }) => {
  const { t, formats } = useSpeech()
  return (
    <tr>
      <td className="num">{formats.number(row.line)}</td>
      {row.person !== null ? (
        <Person person={row.person} />
      ) : (
        <td colSpan={2} className="refused break">
          {t('import.refusedFor', { reason: row.reason ?? '' })}
        </td>
      )}
    </tr>
  )
}

/** The table. */
export const PreviewTable = ({ rows }: { rows: readonly Previewed[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th className="num">{t('import.line')}</th>
            <th>{t('people.identities')}</th>
            <th>{t('people.attributes')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.line} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
