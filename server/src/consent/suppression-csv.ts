/** Uploaded files of list entries: `TYPE,VALUE,COMMENT` (RFC 4180, UTF-8). Reads and judges them; stores nothing. */
import { MAX_SUPPRESSION_COMMENT, type SuppressionType } from '@carillon/contract'
import { CsvError, parse } from 'csv-parse/sync'
import { notListable } from './suppression.ts'
import { listedValue } from './suppression-value.ts'

/** A record as it stands in the file. `n` counts from 1, without the head. */
export interface CsvRecord {
  readonly n: number
  readonly type: string
  readonly value: string
  readonly comment: string
}

/** A file, or why it cannot be read at all. */
export type CsvFile =
  | { readonly ok: true; readonly records: readonly CsvRecord[] }
  | { readonly ok: false; readonly problem: string }

/** A record that can be listed, or why not. */
export type JudgedRecord =
  | { readonly ok: true; readonly type: SuppressionType; readonly value: string; readonly comment: string }
  | { readonly ok: false; readonly reason: string }

const HEAD = ['TYPE', 'VALUE', 'COMMENT']
const PRINTABLE = /^[\x20-\x7e]*$/
const TYPES: Readonly<Record<string, SuppressionType>> = { EMAIL: 'email', DOMAIN: 'domain' }

/** All lines as fields; undefined when quotes do not pair up. */
const readLines = (text: string): string[][] | undefined => {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_records_with_empty_values: true })
  } catch (error) {
    if (error instanceof CsvError) return undefined
    throw error
  }
}

/** Reads a whole file. More columns than the three are let be. */
export const readSuppressionCsv = (bytes: Uint8Array): CsvFile => {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { ok: false, problem: 'The file is not UTF-8 text.' }
  }
  const lines = readLines(text)
  if (lines === undefined) return { ok: false, problem: 'A quoted field does not end where it should.' }
  const [head = [], ...rest] = lines
  if (!HEAD.every((name, index) => head[index]?.trim().toUpperCase() === name))
    return { ok: false, problem: 'The first line must be TYPE,VALUE,COMMENT.' }
  return {
    ok: true,
    records: rest.map(([type = '', value = '', comment = ''], index) => ({
      n: index + 1,
      type,
      value,
      comment,
    })),
  }
}

/** Whether a record can be listed, in the words of the report when it cannot. */
export const judgeRecord = ({ type, value, comment }: CsvRecord): JudgedRecord => {
  const kind = TYPES[type.trim().toUpperCase()]
  if (kind === undefined) return { ok: false, reason: 'TYPE must be EMAIL or DOMAIN' }
  const listed = listedValue(kind, value)
  if (listed === undefined) return { ok: false, reason: `VALUE ${notListable(kind)}` }
  if (!PRINTABLE.test(comment)) return { ok: false, reason: 'COMMENT must be printable ASCII' }
  if (comment.length > MAX_SUPPRESSION_COMMENT)
    return { ok: false, reason: `COMMENT must have at most ${MAX_SUPPRESSION_COMMENT} characters` }
  return { ok: true, type: kind, value: listed, comment }
}
