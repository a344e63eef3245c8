/** The first rows of a file as they would become. */
import type { ImportPreview } from '@carillon/contract'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { flat } from './mapping.ts'

type Previewed = ImportPreview['rows'][number]

const Person = ({ person }: { person: NonNullable<Previewed['person']> }) => (
  <>
    {person.identities.map(one => (
      <span key={`${one.namespace} ${one.value}`} className="preview-identity">
        <span className="tag">{one.namespace}</span>
        {one.value}
      </span>
    ))}
    <div className="preview-attributes">
      {flat(person.attributes).map(([path, value]) => (
        <span key={path}>
          <span className="preview-path">{path}:</span> {value}
        </span>
      ))}
    </div>
  </>
)

const Row = ({ row }: { row: Previewed }) => {
  const { t, formats } = useSpeech()
  return (
    <tr>
      <td className="num line-number">{formats.number(row.line)}</td>
      <td className="break">
        {row.person !== null ? (
          <Person person={row.person} />
        ) : (
          <span className="refused">{t('import.refusedFor', { reason: row.reason ?? '' })}</span>
        )}
      </td>
    </tr>
  )
}

/** The table; long ones scroll by themselves, so that what comes behind them stays near. */
export const PreviewTable = ({ rows }: { rows: readonly Previewed[] }) => {
  const t = useT()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="panel table-wrap preview-rows" tabIndex={0} aria-label={t('import.preview')}>
      <table className="dense">
        <thead>
          <tr>
            <th className="num line-number">{t('import.line')}</th>
            <th>{t('msg.person')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.line} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  )
}
