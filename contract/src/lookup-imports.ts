/** Rows of lookup tables from files, and their export. */
import { type Static, Type } from 'typebox'
import { COLUMN_TYPES, importMembers } from './imports.ts'
import { choice, closed, JsonObject, listOf, nullable } from './shapes.ts'

/** What a column of a file becomes. `row` is a JSON object whose members all become members of the row. */
export const LOOKUP_COLUMN_KINDS = ['ignore', 'key', 'member', 'row'] as const
/** How an import goes: `merge` adds and replaces rows; `replace` makes the table the file, seen all at once at its end. */
export const LOOKUP_IMPORT_MODES = ['merge', 'replace'] as const
/** How an import goes. */
export type LookupImportMode = (typeof LOOKUP_IMPORT_MODES)[number]

/** One column of a CSV file: `to` is the name of a member; where the table has that column, `type` is the table's. */
export const LookupColumnMapping = closed({
  column: Type.String({ maxLength: 1_000 }),
  kind: choice(LOOKUP_COLUMN_KINDS),
  to: Type.String({ maxLength: 500 }),
  type: choice(COLUMN_TYPES),
})
/** One column of a CSV file. */
export type LookupColumnMapping = Static<typeof LookupColumnMapping>

/**
 * How the rows of a file become rows of the table: one entry for each column, in the order of the header; none for JSON
 * Lines. `stopOnRefusal` (of `replace`): when a line is refused the table stays as it was, and the import has failed.
 */
export const LookupImportMapping = closed({
  columns: Type.Array(LookupColumnMapping, { maxItems: 1_000 }),
  mode: choice(LOOKUP_IMPORT_MODES),
  stopOnRefusal: Type.Optional(Type.Boolean()),
})
/** How the rows of a file become rows of the table. */
export type LookupImportMapping = Static<typeof LookupImportMapping>

/** `{ id, importId }` in a path. */
export const LookupImportParams = closed({ id: Type.String(), importId: Type.String() })

/**
 * An import of rows. `created`: keys that were not there before; `updated`: keys whose row was replaced, by a later line of
 * the same file too.
 */
export const LookupImport = closed({
  ...importMembers,
  /** The header, and what each column seems to be. */
  guess: Type.Array(LookupColumnMapping),
  mapping: nullable(LookupImportMapping),
})
/** An import. */
export type LookupImport = Static<typeof LookupImport>
/** Imports, newest first. */
export const LookupImportList = listOf(LookupImport)

/** The first rows as they would become; a refused one says why. */
export const LookupImportPreview = closed({
  rows: Type.Array(
    closed({
      line: Type.Integer(),
      key: nullable(Type.String()),
      row: nullable(JsonObject),
      reason: nullable(Type.String()),
    }),
  ),
})
/** The first rows as they would become. */
export type LookupImportPreview = Static<typeof LookupImportPreview>

/** `GET /api/v1/lookup-tables/{id}/export`. */
export const LookupExportQuery = closed({ format: Type.Optional(choice(['csv', 'jsonl'])) })
/** How the rows are exported. */
export type LookupExportQuery = Static<typeof LookupExportQuery>
