/** Imports of people: what their rows become, and what a mapping shows before it is used. */
import type { ImportMapping, ImportOutcome, ImportPreview, ProfileOutcome } from '@carillon/contract'
import type pg from 'pg'
import type { ImportRecord } from '../imports/import.store.ts'
import { type ImportKind, type Piece, type Refusal, readOn, type Taken } from '../imports/import-task.ts'
import { type Importer, startImport, uploadedImport } from '../imports/imports.ts'
import type { FileRecord } from '../imports/records.ts'
import { Fault } from '../lib/fault.ts'
import { upsertPeople } from './batch.store.ts'
import { checkWrite } from './batch.ts'
import { mappingProblems } from './columns.ts'
import { type Row, toRow } from './rows.ts'

const ROWS = 1_000

const NOTHING: ImportMapping = { columns: [], onConflict: 'overwrite' }

/** The mapping of an import of people; null: it was not started. */
export const mappingOf = (one: ImportRecord): ImportMapping | null => one.mapping as ImportMapping | null

const WORDS: Readonly<Record<string, string>> = {
  profile_conflict: 'the identities belong to different people',
  payload_unstorable: 'holds a character that cannot be stored (U+0000)',
}

// A choice for one address has the address in its pointer: a refusal never shows a value of the file.
const withoutAddress = (pointer: string): string =>
  pointer.replace(/(\/consents\/idSpecific\/[^/]*)\/[^/]*/, '$1/…')

const reasonOf = (outcome: ProfileOutcome): string => {
  const { code, errors } = outcome
  const [error] = errors
  if (error === undefined) return WORDS[code ?? ''] ?? code ?? ''
  return WORDS[code ?? ''] ?? `${withoutAddress(error.pointer)} ${error.message}`
}

const takePeople = async (
  tx: pg.PoolClient,
  one: ImportRecord,
  work: { readonly rows: readonly Row[]; readonly now: Date; readonly newId: () => string },
): Promise<Taken> => {
  const people = work.rows.flatMap(row => (row.kind === 'person' ? [row] : []))
  const { onConflict } = mappingOf(one) ?? NOTHING
  const actor = {
    ...{ sandboxId: one.sandbox_id, by: one.created_by, source: 'import' as const },
    ...{ now: work.now, newId: work.newId, onConflict },
  }
  const outcomes = await upsertPeople(
    tx,
    actor,
    people.map(row => checkWrite(row.person)),
  )
  const late = outcomes.flatMap((outcome, index): Refusal[] => {
    const line = people[index]?.line
    return outcome.status === 'refused' && line !== undefined ? [{ line, reason: reasonOf(outcome) }] : []
  })
  const early = work.rows.flatMap((row): Refusal[] => (row.kind === 'refused' ? [row] : []))
  const idsOf = (status: ImportOutcome): string[] =>
    outcomes.flatMap(({ status: became, id }) => (became === status && id !== null ? [id] : []))
  const took = { created: idsOf('created'), updated: idsOf('updated'), skipped: idsOf('skipped') }
  return {
    ...{ created: took.created.length, updated: took.updated.length, skipped: took.skipped.length },
    ...{ people: took, refused: [...early, ...late] },
  }
}

/** People, as the background process writes them. */
export const peopleImport = (newId: () => string): ImportKind => ({
  kind: 'people',
  rowsPerStep: ROWS,
  take: (tx, one, { records, now }: Piece) => {
    const mapping = mappingOf(one) ?? NOTHING
    return takePeople(tx, one, { rows: records.map(record => toRow(record, mapping)), now, newId })
  },
})

const readable = async (importer: Importer, id: string, mapping: ImportMapping): Promise<ImportRecord> => {
  const found = await uploadedImport(importer, id)
  const problems = mappingProblems(mapping, found.columns)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return found
}

const PREVIEWED = 20
type Previewed = ImportPreview['rows'][number]

const previewOf = (record: FileRecord, mapping: ImportMapping): Previewed => {
  const row = toRow(record, mapping)
  const { line } = row
  if (row.kind === 'refused') return { line, person: null, reason: row.reason, column: row.column ?? null }
  const checked = checkWrite(row.person)
  if (checked.kind === 'write') return { line, person: row.person, reason: null, column: null }
  return { line, person: null, reason: reasonOf(checked.outcome), column: null }
}

/** The first rows as they would become; nothing is stored. */
export const previewPeople = async (
  importer: Importer,
  id: string,
  mapping: ImportMapping,
): Promise<ImportPreview> => {
  const { records } = await readOn(importer.pool, await readable(importer, id, mapping), PREVIEWED)
  return { rows: records.map(record => previewOf(record, mapping)) }
}

/** Sets it going in the background. */
export const startPeople = async (
  importer: Importer,
  id: string,
  mapping: ImportMapping,
): Promise<ImportRecord> => {
  await readable(importer, id, mapping)
  return startImport(importer, id, mapping)
}
