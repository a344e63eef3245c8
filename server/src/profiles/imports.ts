/** Imports as people handle them: uploaded, looked at, started, cancelled. */
import { type ImportMapping, type ImportPreview, MAX_IMPORT_BYTES } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import { checkWrite } from './batch.ts'
import { mappingProblems } from './columns.ts'
import {
  appendChunk,
  beginImport,
  CHUNK_BYTES,
  cancelImport,
  completeUpload,
  deleteImport,
  findImport,
  type ImportRecord,
  insertImport,
  readPiece,
} from './import.store.ts'
import { readOn } from './import-task.ts'
import { guessDelimiter, readRecords } from './records.ts'
import { toRow } from './rows.ts'

/** Who imports, where and when. */
export interface Importer {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

const missing = (): Fault => new Fault('not_found', { detail: 'There is no such import in this sandbox.' })
const wrongState = (detail: string): Fault => new Fault('resource_state', { detail })
const invalid = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

/** One of the sandbox, or 404. */
export const getImport = async (importer: Importer, id: string): Promise<ImportRecord> => {
  const found = await findImport(importer.pool, importer.sandboxId, id)
  if (found === undefined) throw missing()
  return found
}

// Whole pieces are stored as they fill; the rest when the file ends. What is cut keeps the whole ones.
async function* piecesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept: Buffer[] = []
  let size = 0
  for await (const bytes of body) {
    kept.push(bytes)
    size += bytes.length
    if (size < CHUNK_BYTES) continue
    const all = Buffer.concat(kept)
    const whole = size - (size % CHUNK_BYTES)
    for (let at = 0; at < whole; at += CHUNK_BYTES) yield all.subarray(at, at + CHUNK_BYTES)
    kept = [all.subarray(whole)]
    size -= whole
  }
  if (size > 0) yield Buffer.concat(kept)
}

const store = async (
  importer: Importer,
  file: { readonly id: string; readonly offset: number; readonly body: AsyncIterable<Buffer> },
): Promise<number> => {
  let { offset } = file
  for await (const bytes of piecesOf(file.body)) {
    if (offset + bytes.length > MAX_IMPORT_BYTES)
      throw new Fault('payload_too_large', { detail: 'A file has at most 1 GB; divide it.' })
    if (!(await appendChunk(importer.pool, file.id, { offset, bytes })))
      throw wrongState('The import takes no bytes at this place.')
    offset += bytes.length
  }
  return offset
}

const headerOf = (start: Buffer, delimiter: string, isEnd: boolean): readonly string[] => {
  const [record] = readRecords({
    ...{ bytes: start, format: 'csv', delimiter, isStart: true, isEnd },
    ...{ line: 1, skipping: false, limit: 1 },
  }).records
  if (record?.kind !== 'fields')
    throw invalid('', 'has no header that can be read (a first line of names, in UTF-8)')
  if (record.fields.length > 1_000) throw invalid('', 'has more than 1,000 columns')
  if (record.fields.some(name => name.length > 1_000) || unstorablePointers(record.fields).length > 0)
    throw invalid('', 'has a header with a name that is too long or cannot be stored')
  return record.fields
}

const complete = async (importer: Importer, id: string, bytes: number): Promise<ImportRecord> => {
  if (bytes === 0) throw invalid('', 'must not be empty')
  const start = await readPiece(importer.pool, id, 0)
  const { format } = await getImport(importer, id)
  const delimiter = guessDelimiter(start)
  const columns = format === 'csv' ? headerOf(start, delimiter, bytes <= start.length) : []
  const done = await completeUpload(importer.pool, id, { delimiter, columns })
  if (done === undefined) throw wrongState('The import is complete already.')
  return done
}

/** The body's bytes as they come. */
export interface Upload {
  readonly name: string
  readonly format: 'csv' | 'jsonl'
  readonly body: AsyncIterable<Buffer>
}

/** Stores a file. One that is refused leaves nothing; one whose connection was cut can be resumed. */
export const createImport = async (importer: Importer, upload: Upload): Promise<ImportRecord> => {
  const { pool, sandboxId, by, now } = importer
  const id = importer.newId()
  const { name, format, body } = upload
  await insertImport(pool, { id, sandbox_id: sandboxId, name, format, created_at: now, created_by: by })
  try {
    return await complete(importer, id, await store(importer, { id, offset: 0, body }))
  } catch (error) {
    if (error instanceof Fault) await deleteImport(pool, id)
    throw error
  }
}

/** Stores the rest of a file from `offset`, which must be where it ends. */
export const resumeImport = async (
  importer: Importer,
  id: string,
  rest: { readonly offset: number; readonly body: AsyncIterable<Buffer> },
): Promise<ImportRecord> => {
  const found = await getImport(importer, id)
  if (found.state !== 'uploading') throw wrongState('The import is complete already.')
  if (rest.offset !== found.bytes) throw invalid('/offset', `must be ${found.bytes}, where the file ends`)
  return complete(importer, id, await store(importer, { id, ...rest }))
}

const readable = async (importer: Importer, id: string, mapping: ImportMapping): Promise<ImportRecord> => {
  const found = await getImport(importer, id)
  if (found.state !== 'uploaded') throw wrongState(`The import is ${found.state}.`)
  const problems = mappingProblems(mapping, found.columns)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return found
}

const PREVIEWED = 20

/** The first rows as they would become; nothing is stored. */
export const previewImport = async (
  importer: Importer,
  id: string,
  mapping: ImportMapping,
): Promise<ImportPreview> => {
  const { records } = await readOn(importer.pool, await readable(importer, id, mapping), PREVIEWED)
  return {
    rows: records.map(record => {
      const row = toRow(record, mapping)
      if (row.kind === 'refused') return { line: row.line, person: null, reason: row.reason }
      const checked = checkWrite(row.person)
      if (checked.kind === 'write') return { line: row.line, person: row.person, reason: null }
      return {
        line: row.line,
        person: null,
        reason: checked.outcome.errors[0]?.message ?? checked.outcome.code,
      }
    }),
  }
}

/** Sets it going in the background. */
export const startImport = async (
  importer: Importer,
  id: string,
  mapping: ImportMapping,
): Promise<ImportRecord> => {
  await readable(importer, id, mapping)
  const started = await beginImport(importer.pool, id, { mapping, now: importer.now })
  if (started === undefined) throw wrongState('The import was started or cancelled meanwhile.')
  return started
}

/** Ends it where it is: people who were written stay. */
export const stopImport = async (importer: Importer, id: string): Promise<ImportRecord> => {
  await getImport(importer, id)
  const cancelled = await transaction(importer.pool, tx => cancelImport(tx, id, importer.now))
  if (cancelled === undefined) throw wrongState('The import has ended.')
  return cancelled
}

/** Removes it from the list, with its file and its report. */
export const removeImport = async (importer: Importer, id: string): Promise<void> => {
  await getImport(importer, id)
  if (!(await deleteImport(importer.pool, id))) throw wrongState('The import runs; cancel it first.')
}
