/** Lookup tables of the native API: rows that content reads by key (`datasetLookup`). */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery } from './shapes.ts'

/** The most rows of one call. */
export const MAX_LOOKUP_BATCH = 1_000
/** The largest row, in bytes of its JSON. */
export const MAX_LOOKUP_ROW_BYTES = 64 * 1024

/** What content gives as `datasetId`. */
export const LookupTableName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N} _.:-]*$',
})
const Description = Type.String({ maxLength: 2_000 })

/** The most columns of a table. */
export const MAX_LOOKUP_COLUMNS = 200
/** What a column holds. `date`: a text such as `2026-11-24`, or with a time; `object`: an object or a list. */
export const LOOKUP_TYPES = ['string', 'number', 'boolean', 'date', 'object'] as const
/** What a column holds. */
export type LookupType = (typeof LOOKUP_TYPES)[number]
/** How a column may be called: content reads it behind a dot (`store.city`). */
export const LOOKUP_COLUMN_NAME = '^[\\p{L}_][\\p{L}\\p{N}_]*$'
/** The longest name of a column. */
export const MAX_LOOKUP_COLUMN_NAME = 100
/** The name of a column. */
export const LookupColumnName = Type.String({
  minLength: 1,
  maxLength: MAX_LOOKUP_COLUMN_NAME,
  pattern: LOOKUP_COLUMN_NAME,
})
/** One column of the schema. A row must have a `required` one; null counts as missing. */
export const LookupColumn = closed({
  name: LookupColumnName,
  type: choice(LOOKUP_TYPES),
  required: Type.Boolean(),
})
/** One column of the schema. */
export type LookupColumn = Static<typeof LookupColumn>

const ROW_SCHEMAS = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  object: {},
} as const satisfies Record<LookupType, object>

/** The rows of a table of these columns as a JSON Schema, as the checker of the language reads it; `true`: any row. */
export const lookupRowSchema = (columns: readonly LookupColumn[]): Record<string, unknown> | true =>
  columns.length === 0
    ? true
    : {
        type: 'object',
        properties: Object.fromEntries(columns.map(({ name, type }) => [name, ROW_SCHEMAS[type]])),
        additionalProperties: false,
      }

const LookupColumns = Type.Array(LookupColumn, { maxItems: MAX_LOOKUP_COLUMNS })

/** `POST /api/v1/lookup-tables`. `columns` is the schema of the rows; none: any row fits. */
export const LookupTableCreate = closed({
  name: LookupTableName,
  description: Type.Optional(Description),
  columns: Type.Optional(LookupColumns),
})
/** The body that makes a table. */
export type LookupTableCreate = Static<typeof LookupTableCreate>

/** `PATCH /api/v1/lookup-tables/{id}`. New `columns` hold for the rows that are written from then on. */
export const LookupTablePatch = closed({
  name: Type.Optional(LookupTableName),
  description: Type.Optional(Description),
  columns: Type.Optional(LookupColumns),
})
/** The body that changes a table. */
export type LookupTablePatch = Static<typeof LookupTablePatch>

/** A lookup table. `rowCount` is exact. */
export const LookupTable = closed({
  id: Id,
  name: Type.String(),
  description: Type.String(),
  columns: Type.Array(LookupColumn),
  rowCount: Type.Integer(),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** A lookup table. */
export type LookupTable = Static<typeof LookupTable>

/** Filters of the list; `search` is a part of the name. */
export const LookupTableListQuery = listQuery({ search: Type.Optional(Type.String({ maxLength: 200 })) })
/** Tables, newest first. */
export const LookupTableList = listOf(LookupTable)

/** The longest key of a row, in characters. */
export const MAX_LOOKUP_KEY = 500
/** A row's key: compared exactly. */
export const LookupKey = Type.String({ minLength: 1, maxLength: MAX_LOOKUP_KEY })

/** `PUT /api/v1/lookup-tables/{id}/rows`: adds rows and replaces those of equal keys. A key comes once in a call. */
export const LookupRowsWrite = closed({
  rows: Type.Array(closed({ key: LookupKey, row: JsonObject }), { minItems: 1, maxItems: MAX_LOOKUP_BATCH }),
})
/** The body that writes rows. */
export type LookupRowsWrite = Static<typeof LookupRowsWrite>

/** What a write did. */
export const LookupRowsWritten = closed({
  inserted: Type.Integer(),
  replaced: Type.Integer(),
  rowCount: Type.Integer(),
})
/** What a write did. */
export type LookupRowsWritten = Static<typeof LookupRowsWritten>

/** A row. */
export const LookupRow = closed({ key: Type.String(), row: JsonObject, modifiedAt: Instant })
/** A row. */
export type LookupRow = Static<typeof LookupRow>

/** Filters of the rows; `search` is the beginning of the key. */
export const LookupRowListQuery = listQuery({ search: Type.Optional(Type.String({ maxLength: 500 })) })
/** Rows by key. */
export const LookupRowList = listOf(LookupRow)
/** `{ id, key }` in a path. */
export const LookupRowParams = closed({ id: Type.String(), key: Type.String() })
