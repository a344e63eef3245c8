/** The counts of an import, each the way into its rows: the people, or the refused lines with their reasons. */
import type { Import, ImportOutcome, ImportPerson, RefusedLine } from '@carillon/contract'
import { Group, Stack, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { fileName } from '../../ui/file-format.ts'
import { PagedList } from '../../ui/PagedList.tsx'
import { nameOf } from '../people/names.ts'
import { useApi } from '../session/session.tsx'
import { COUNTS, type CountKind } from './filters.ts'
import { useImportPeople, useRefusedLines } from './import-queries.ts'

/** The counts as buttons; the one whose rows are shown is pressed. */
const Counts = ({ one, show }: { one: Import; show: CountKind | undefined }) => {
  const { t, formats } = useSpeech()
  const navigate = useNavigate()
  const open = (kind: CountKind) =>
    void navigate({
      to: '/people/imports/$id',
      params: { id: one.id },
      search: kind === show ? {} : { show: kind },
      replace: true,
    })
  return (
    <fieldset className="counts">
      <legend>{t('import.counts', { n: formats.number(one.rows) })}</legend>
      {COUNTS.map(kind => (
        <button
          key={kind}
          type="button"
          className="filter"
          aria-pressed={kind === show}
          data-count={kind}
          onClick={() => open(kind)}
        >
          {t(`import.count.${kind}`)} <span className="count">{formats.number(one[kind])}</span>
        </button>
      ))}
    </fieldset>
  )
}

const PersonRow = ({ row }: { row: ImportPerson }) => {
  const t = useT()
  const { profile } = row
  if (profile === null)
    return (
      <tr>
        <td colSpan={2}>
          <Text size="sm" c="dimmed">
            {t('import.gone')}
          </Text>
        </td>
      </tr>
    )
  return (
    <tr>
      <td className="break">
        <Link to="/people/$id" params={{ id: profile.id }} className="link">
          {profile.identities.map(one => one.value).join(', ') || profile.id}
        </Link>
      </td>
      <td>{nameOf(profile.attributes)}</td>
    </tr>
  )
}

const People = ({ id, outcome }: { id: string; outcome: ImportOutcome }) => {
  const t = useT()
  const list = useImportPeople(id, outcome)
  return (
    <PagedList list={list} empty={<Text size="sm">{t('import.nobody')}</Text>}>
      {rows => (
        <div className="panel table-wrap">
          <table className="dense">
            <thead>
              <tr>
                <th>{t('people.identity')}</th>
                <th>{t('people.name')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two rows of a file may be of one person
                <PersonRow key={index} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PagedList>
  )
}

const RefusedTable = ({ rows }: { rows: readonly RefusedLine[] }) => {
  const { t, formats } = useSpeech()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th className="num line-number">{t('import.line')}</th>
            <th>{t('msg.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.line}>
              <td className="num line-number">{formats.number(row.line)}</td>
              <td className="break">{row.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Refused = ({ one }: { one: Import }) => {
  const t = useT()
  const api = useApi()
  const list = useRefusedLines(one.id)
  return (
    <Stack gap="xs">
      {one.refused > 0 && (
        <Group>
          <DownloadDeed
            label={t('import.refusedFile')}
            name={fileName(`refused-${one.name}`, 'csv')}
            small
            read={() => api.imports.refusals(one.id)}
          />
        </Group>
      )}
      <PagedList list={list} empty={<Text size="sm">{t('import.noneRefused')}</Text>}>
        {rows => <RefusedTable rows={rows} />}
      </PagedList>
    </Stack>
  )
}

/** The counts and the rows of the one that is open. A running import's rows are read when the count is opened. */
export const CountLists = ({ one, show }: { one: Import; show: CountKind | undefined }) => (
  <section className="panel pad">
    <Stack>
      <Counts one={one} show={show} />
      {show === 'refused' && <Refused key={one.state} one={one} />}
      {show !== undefined && show !== 'refused' && (
        <People key={`${show} ${one.state}`} id={one.id} outcome={show} />
      )}
    </Stack>
  </section>
)
