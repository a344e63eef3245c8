/**
 * A CSV file of members as it comes in: cut into parts of rows and stored, never whole in memory. The first line names
 * the columns; the first column is the identity, the others become the members' `extra`. It writes no member itself.
 */
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type AudienceUpload, MAX_AUDIENCE_COLUMNS, MAX_UPLOAD_BYTES } from '@carillon/contract'
import { parse } from 'csv-parse'
import { Fault } from '../lib/fault.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import { findAudience } from './audience.store.ts'
import { type AudienceAuthor, orNoAudience } from './audiences.ts'
import {
  deleteUpload,
  findUpload,
  insertPart,
  insertUpload,
  markReceived,
  type UploadRow,
} from './upload.store.ts'

/** The file, and how it is to be read. */
export interface UploadFile {
  readonly audienceId: string
  readonly namespace: string
  readonly createProfiles: boolean
  readonly body: Readable
}

const ROWS_OF_PART = 500
const LONGEST_LINE = 256 * 1024
const LONGEST_NAME = 200

const badFile = (message: string): Fault =>
  new Fault('payload_invalid', { detail: message, problems: [{ pointer: '', message }] })

const headerOf = (cells: readonly string[]): string[] => {
  const names = cells.map(name => name.trim())
  const columns = names.slice(1)
  if (columns.length > MAX_AUDIENCE_COLUMNS)
    throw badFile(`The file has more than ${MAX_AUDIENCE_COLUMNS} columns.`)
  if (columns.some(name => name === '' || name.length > LONGEST_NAME || unstorablePointers(name).length > 0))
    throw badFile(`Every column needs a name of at most ${LONGEST_NAME} characters.`)
  if (new Set(columns).size < columns.length) throw badFile('Two columns have one name.')
  return names
}

const rowOf = (header: readonly string[], cells: readonly string[], line: number): UploadRow => {
  if (cells.length !== header.length) return { line, reason: 'line_malformed' }
  if (unstorablePointers(cells).length > 0) return { line, reason: 'unstorable' }
  const [value = '', ...others] = cells
  // The names are the file's: as own members, whatever they are called.
  const extra = Object.fromEntries(others.map((cell, index) => [header[index + 1] ?? '', cell]))
  return { line, value, extra }
}

const limited = (most: number): Transform => {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > most) done(new Fault('payload_too_large', { detail: `A file has at most ${most} bytes.` }))
      else done(null, chunk)
    },
  })
}

interface Intake {
  header: readonly string[] | undefined
  rows: UploadRow[]
  parts: number
}

const createIntake = (author: AudienceAuthor, file: UploadFile) => {
  const { pool, sandboxId, by, now } = author
  const id = author.newId()
  const intake: Intake = { header: undefined, rows: [], parts: 0 }
  const store = async (): Promise<void> => {
    if (intake.rows.length === 0) return
    await insertPart(pool, { uploadId: id, n: intake.parts, rows: intake.rows, now })
    intake.rows = []
    intake.parts += 1
  }
  return {
    id,
    intake,
    store,
    begin: async (cells: readonly string[]): Promise<void> => {
      intake.header = headerOf(cells)
      const { audienceId, namespace, createProfiles } = file
      await insertUpload(pool, { id, sandboxId, audienceId, namespace, createProfiles, by, now })
    },
    add: async (row: UploadRow): Promise<void> => {
      intake.rows.push(row)
      if (intake.rows.length >= ROWS_OF_PART) await store()
    },
  }
}

interface CsvRecord {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

// What is no CSV is skipped and told of; where quotes never end, that is the rest of the file.
const readRecords = async (file: UploadFile, take: ReturnType<typeof createIntake>): Promise<void> => {
  const { intake } = take
  const malformed: number[] = []
  let isHeaderBroken = false
  const parser = parse({
    ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true },
    ...{ max_record_size: LONGEST_LINE, skip_records_with_error: true },
    on_skip: error => {
      if (error?.['records'] === 0) isHeaderBroken = true
      malformed.push(Number(error?.['lines']))
      return undefined
    },
  })
  const tellMalformed = async (): Promise<void> => {
    for (const line of malformed.splice(0)) await take.add({ line, reason: 'line_malformed' })
  }
  await pipeline(file.body, limited(MAX_UPLOAD_BYTES), parser, async (records: AsyncIterable<CsvRecord>) => {
    for await (const { record, info } of records) {
      if (isHeaderBroken) break
      if (intake.header === undefined) await take.begin(record)
      else await take.add(rowOf(intake.header, record, info.lines))
      await tellMalformed()
    }
  })
  if (isHeaderBroken) throw badFile('The first line cannot be read as CSV.')
  if (intake.header !== undefined) await tellMalformed()
}

const refuseWrongAudience = async (author: AudienceAuthor, id: string): Promise<void> => {
  const { kind, archivedAt } = orNoAudience(await findAudience(author.pool, author.sandboxId, id))
  if (kind === 'rule')
    throw new Fault('resource_state', { detail: 'The members of this audience follow from its rule.' })
  if (archivedAt !== null) throw new Fault('resource_state', { detail: 'The audience is archived.' })
}

/** Stores the file's rows to be taken up in the background; answers the account that tells of their progress. */
export const receiveUpload = async (author: AudienceAuthor, file: UploadFile): Promise<AudienceUpload> => {
  await refuseWrongAudience(author, file.audienceId)
  const take = createIntake(author, file)
  try {
    await readRecords(file, take)
    if (take.intake.header === undefined)
      throw badFile('The file is empty; its first line names the columns.')
    await take.store()
    await markReceived(author.pool, take.id, author.now)
  } catch (error) {
    await deleteUpload(author.pool, take.id)
    throw error
  }
  const upload = await findUpload(author.pool, file.audienceId, take.id)
  if (upload === undefined)
    throw new Fault('not_found', { detail: 'The audience was removed while the file came in.' })
  return upload
}
