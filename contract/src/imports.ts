/** Imports of people from files, and their export. */
import { type Static, Type } from 'typebox'
import { IMPORT_OUTCOMES } from './import-outcomes.ts'
import { Profile, ProfileUpsert } from './people.ts'
import { CONFLICT_RULES } from './people-batch.ts'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** The largest file. */
export const MAX_IMPORT_BYTES = 1024 ** 3
/** The largest record of a file; a larger one is refused by its line. */
export const MAX_IMPORT_RECORD_BYTES = 256 * 1024

/**
 * Where an import is. `uploading`: bytes are missing; `uploaded`: it waits for its mapping; `failed`: it was to stop at a
 * refused line, and one was (of lookup tables; an import of people takes the other lines).
 */
export const IMPORT_STATES = ['uploading', 'uploaded', 'running', 'done', 'cancelled', 'failed'] as const
/** Where an import is. */
export type ImportState = (typeof IMPORT_STATES)[number]

/** What a column becomes. `identities` and `attributes` are JSON: a list of identities, an object to merge. */
export const COLUMN_KINDS = ['ignore', 'identity', 'attribute', 'identities', 'attributes'] as const
/** How an attribute's text is read. */
export const COLUMN_TYPES = ['text', 'number', 'boolean', 'date', 'json'] as const

/** One column of a CSV file: `to` is the namespace of an identity, or the path of an attribute (`person.name.firstName`). */
export const ColumnMapping = closed({
  column: Type.String({ maxLength: 1_000 }),
  kind: choice(COLUMN_KINDS),
  to: Type.String({ maxLength: 500 }),
  type: choice(COLUMN_TYPES),
})
/** One column of a CSV file. */
export type ColumnMapping = Static<typeof ColumnMapping>

/** How rows become people: one entry for each column, in the order of the header; none for JSON Lines. */
export const ImportMapping = closed({
  columns: Type.Array(ColumnMapping, { maxItems: 1_000 }),
  onConflict: choice(CONFLICT_RULES),
})
/** How rows become people. */
export type ImportMapping = Static<typeof ImportMapping>

/** A file that comes in pieces: each but the last is a multiple of this; what is beyond the last whole one comes again. */
export const IMPORT_PIECE_BYTES = 256 * 1024

/**
 * `POST /api/v1/imports?name=`: the body is the file. With `size`, the bytes of the whole file, the body may be any
 * beginning of it, or nothing: the rest follows by `PUT …/content`, and the file is whole when its size is reached. Files
 * of rows of a lookup table come in the same way.
 */
export const ImportCreateQuery = closed({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_IMPORT_BYTES })),
})
/** `PUT /api/v1/imports/{id}/content?offset=`: the rest of a file, or the next piece of one of a known size. */
export const ImportResumeQuery = closed({ offset: Type.Integer({ minimum: 0 }) })

/**
 * What every import has, whatever its rows become: `bytes` of `size` are here (null: the size was not told), `position` of
 * them are done; `rows` is the sum of the counts.
 */
export const importMembers = {
  id: Id,
  name: Type.String(),
  format: choice(['csv', 'jsonl']),
  state: choice(IMPORT_STATES),
  bytes: Type.Integer(),
  size: nullable(Type.Integer()),
  position: Type.Integer(),
  rows: Type.Integer(),
  created: Type.Integer(),
  updated: Type.Integer(),
  refused: Type.Integer(),
  createdAt: Instant,
  createdBy: Type.String(),
  startedAt: nullable(Instant),
  finishedAt: nullable(Instant),
}

/** An import of people. */
export const Import = closed({
  ...importMembers,
  skipped: Type.Integer(),
  /** The header, and what each column seems to be. */
  guess: Type.Array(ColumnMapping),
  mapping: nullable(ImportMapping),
})
/** An import. */
export type Import = Static<typeof Import>

/** Imports, newest first. */
export const ImportListQuery = listQuery({})
/** Imports, newest first. */
export const ImportList = listOf(Import)

/** The first rows as they would become; a refused one says why, and by which column (counted from 0) if it is one. */
export const ImportPreview = closed({
  rows: Type.Array(
    closed({
      line: Type.Integer(),
      person: nullable(ProfileUpsert),
      reason: nullable(Type.String()),
      column: nullable(Type.Integer()),
    }),
  ),
})
/** The first rows as they would become. */
export type ImportPreview = Static<typeof ImportPreview>

/** The first rows of a CSV file as they stand in it, long cells cut; none of JSON Lines. */
export const ImportSample = closed({
  rows: Type.Array(closed({ line: Type.Integer(), cells: Type.Array(Type.String()) })),
})
/** The first rows as they stand in the file. */
export type ImportSample = Static<typeof ImportSample>

/** A refused line; the reason never shows a value of the file. */
export const RefusedLine = closed({ line: Type.Integer(), reason: Type.String() })
/** A refused line. */
export type RefusedLine = Static<typeof RefusedLine>
/** The refused lines of an import, by number. */
export const RefusedLineQuery = listQuery({})
/** The refused lines of an import, by number. */
export const RefusedLineList = listOf(RefusedLine)

/** `GET /api/v1/imports/{id}/people?outcome=`: the rows of one count, in the order of the file. */
export const ImportPeopleQuery = listQuery({ outcome: choice(IMPORT_OUTCOMES) })
/** A row of an import: who it became; `profile` is null when the person is gone since. */
export const ImportPerson = closed({ profileId: Id, profile: nullable(Profile) })
/** A row of an import. */
export type ImportPerson = Static<typeof ImportPerson>
/** The rows of one count. */
export const ImportPeople = listOf(ImportPerson)

/** `GET /api/v1/profiles/export`: the list's search, namespace and test, and the format. */
export const ProfileExportQuery = closed({
  format: Type.Optional(choice(['csv', 'jsonl'])),
  namespace: Type.Optional(Type.String()),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  test: Type.Optional(Type.Boolean()),
  /** For a link that a browser follows: the sandbox, where no header `x-sandbox-name` names it. */
  sandbox: Type.Optional(Type.String({ maxLength: 100 })),
})
/** Which people are exported, and how. */
export type ProfileExportQuery = Static<typeof ProfileExportQuery>
