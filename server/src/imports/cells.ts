/** Cells of a file as values. A reason never shows a value of the file. Pure. */
import type { COLUMN_TYPES } from '@carillon/contract'
import { DEEPEST, isTooDeep } from '../lib/depth.ts'
import { isTree, type Tree } from '../lib/tree.ts'

/** Why a row is refused, in the words of the report. */
export class Refused extends Error {
  /** The place of the column at fault, when it is one. */
  column: number | undefined
}

// Our exports put one apostrophe before what a spreadsheet would run as a formula.
const ESCAPED = /^'+[=+\-@\t\r]/
/** A text as it was before an export made it harmless (`plainCell`). */
export const withoutApostrophe = (text: string): string => (ESCAPED.test(text) ? text.slice(1) : text)

/** The JSON in a cell, or a refusal that names the column. */
export const parseJson = (text: string, column: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(`${column}: is not JSON`)
  }
}

/** A value that is an object no deeper than can be stored, or a refusal that names the place. */
export const treeOf = (value: unknown, at: string): Tree => {
  if (!isTree(value)) throw new Refused(`${at}: must be a JSON object`)
  if (isTooDeep(value)) throw new Refused(`${at}: is nested deeper than ${DEEPEST} levels`)
  return value
}

/** Refuses a line that has more or fewer fields than the header. */
export const refuseOtherCount = (fields: number, columns: number): void => {
  if (fields !== columns)
    throw new Refused(`has ${fields} ${fields === 1 ? 'field' : 'fields'}, the header has ${columns}`)
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
}
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** Whether a text is a date that exists (2026-11-24, or with a time). */
export const isDate = (text: string): boolean => {
  if (!DATE.test(text)) return false
  // A day that its month does not have is moved to the next month by the calendar.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  return !Number.isNaN(Date.parse(text)) && day.toISOString().startsWith(text.slice(0, 10))
}

/** How a column is read. */
export interface CellColumn {
  readonly column: string
  readonly type: (typeof COLUMN_TYPES)[number]
}

/** The value of a cell, or a refusal that names the column. */
export const readValue = (text: string, { column, type }: CellColumn): unknown => {
  const bare = text.trim()
  switch (type) {
    case 'number':
      if (!NUMBER.test(bare) || !Number.isFinite(Number(bare)))
        throw new Refused(`${column}: is not a number`)
      return Number(bare)
    case 'boolean': {
      const value = Object.hasOwn(BOOLEANS, bare.toLowerCase()) ? BOOLEANS[bare.toLowerCase()] : undefined
      if (value === undefined) throw new Refused(`${column}: is neither true nor false`)
      return value
    }
    case 'date':
      if (!isDate(bare)) throw new Refused(`${column}: is not a date (2026-11-24, or with a time)`)
      return bare
    case 'json':
      return parseJson(text, column)
    default:
      return withoutApostrophe(text)
  }
}
