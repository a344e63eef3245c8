/** Files on their way in: whole in one body, or in pieces that go on where the last one ended. */
import { MAX_IMPORT_BYTES } from '@carillon/contract'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import {
  appendChunk,
  CHUNK_BYTES,
  completeUpload,
  deleteImport,
  type ImportRecord,
  insertImport,
  readPiece,
} from './import.store.ts'
import { getImport, type Importer } from './imports.ts'
import { guessDelimiter, readRecords } from './records.ts'

const wrongState = (detail: string): Fault => new Fault('resource_state', { detail })
const invalid = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

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

/** Bytes of a file from a place on. */
interface Part {
  readonly id: string
  readonly offset: number
  /** Of the whole file; null: it ends with this body. */
  readonly size: number | null
  readonly body: AsyncIterable<Buffer>
}

const checkEnd = (end: number, size: number | null): void => {
  if (end > MAX_IMPORT_BYTES)
    throw new Fault('payload_too_large', { detail: 'A file has at most 1 GB; divide it.' })
  if (size !== null && end > size) throw invalid('/size', `is ${size}, and the file is longer`)
}

const store = async ({ pool }: Importer, { id, offset, size, body }: Part): Promise<number> => {
  let end = offset
  for await (const bytes of piecesOf(body)) {
    checkEnd(end + bytes.length, size)
    // Every piece but the last of the file is whole, so that its place follows from its number.
    if (bytes.length < CHUNK_BYTES && size !== null && end + bytes.length < size) break
    if (!(await appendChunk(pool, id, { offset: end, bytes })))
      throw wrongState('The import takes no bytes at this place.')
    end += bytes.length
  }
  return end
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

const CONTENT: readonly string[] = ['payload_invalid', 'payload_too_large']

// A file that can never be taken leaves nothing; one whose connection was cut, or that two send at once, can go on.
const takeUp = async (importer: Importer, part: Part): Promise<ImportRecord> => {
  try {
    const end = await store(importer, part)
    if (part.size === null || end === part.size) return await complete(importer, part.id, end)
    return await getImport(importer, part.id)
  } catch (error) {
    if (error instanceof Fault && CONTENT.includes(error.code)) await deleteImport(importer.pool, part.id)
    throw error
  }
}

/** The body's bytes as they come; `size` is that of the whole file, when the body may be only its beginning. */
export interface Upload {
  readonly name: string
  readonly format: 'csv' | 'jsonl'
  readonly size: number | null
  readonly body: AsyncIterable<Buffer>
}

/** Stores a file, or its beginning. One that is refused leaves nothing; one whose connection was cut can be resumed. */
export const createImport = async (importer: Importer, upload: Upload): Promise<ImportRecord> => {
  const { pool, by, now } = importer
  const id = importer.newId()
  const { name, format, size, body } = upload
  await transaction(pool, async tx => {
    await importer.holdTarget?.(tx)
    await insertImport(tx, importer, { id, name, format, size, created_at: now, created_by: by })
  })
  return takeUp(importer, { id, offset: 0, size, body })
}

/** Stores what follows from `offset`, which must be where the file ends: the rest, or the next piece of a known size. */
export const resumeImport = async (
  importer: Importer,
  id: string,
  rest: { readonly offset: number; readonly body: AsyncIterable<Buffer> },
): Promise<ImportRecord> => {
  const found = await getImport(importer, id)
  if (found.state !== 'uploading') throw wrongState('The import is complete already.')
  if (rest.offset !== found.bytes) throw invalid('/offset', `must be ${found.bytes}, where the file ends`)
  return takeUp(importer, { id, size: found.size, ...rest })
}
