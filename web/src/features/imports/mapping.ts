/** A mapping that is being made: its changes, and which of its columns has which problem. Pure. */
import type { ColumnMapping, ImportPreview } from '@carillon/contract'
import { ApiProblem } from '../../api.ts'
import type { ColumnType } from './schema-paths.ts'

/** The kinds that say where a column goes; the others need no target. */
export const hasTarget = (kind: ColumnMapping['kind']): boolean => kind === 'identity' || kind === 'attribute'

/** One column changed; a target that the schema knows brings its type along. */
export const changed = (
  columns: readonly ColumnMapping[],
  at: number,
  change: { readonly patch: Partial<ColumnMapping>; readonly types: ReadonlyMap<string, ColumnType> },
): ColumnMapping[] =>
  columns.map((one, index) => {
    if (index !== at) return one
    const next = { ...one, ...change.patch }
    if (next.kind !== 'attribute') return { ...next, type: 'text', to: hasTarget(next.kind) ? next.to : '' }
    const type = change.patch.to === undefined ? undefined : change.types.get(next.to)
    return type === undefined ? next : { ...next, type }
  })

/** The target of a column whose kind was changed: what the guess had, else nothing. */
export const targetFor = (kind: ColumnMapping['kind'], guess: ColumnMapping | undefined): string =>
  hasTarget(kind) && guess?.kind === kind ? guess.to : ''

/** Whether a person can be found again: some column is an identity. */
export const hasIdentity = (columns: readonly ColumnMapping[]): boolean =>
  columns.some(one => one.kind === 'identity' || one.kind === 'identities')

/** The columns that still miss where they go. */
export const withoutTarget = (columns: readonly ColumnMapping[]): number[] =>
  columns.flatMap((one, index) => (hasTarget(one.kind) && one.to.trim() === '' ? [index] : []))

/** A problem of a column: by the mapping itself, or by some of the rows that were tried. */
export interface ColumnProblem {
  readonly message: string
  /** How many of the rows that were tried are refused by it; null: the mapping itself is wrong. */
  readonly rows: number | null
}

const AT_COLUMN = /^\/columns\/(\d+)\//

/** What the server says about the columns when it refuses the mapping. */
export const refusedColumns = (error: unknown): ReadonlyMap<number, ColumnProblem> =>
  new Map(
    error instanceof ApiProblem
      ? error.problem.errors.flatMap(({ pointer, message }) => {
          const index = AT_COLUMN.exec(pointer)?.[1]
          return index === undefined ? [] : [[Number(index), { message, rows: null }] as const]
        })
      : [],
  )

/** The columns by which rows of the preview are refused. */
export const refusedRows = (
  rows: ImportPreview['rows'],
  columns: readonly ColumnMapping[],
): ReadonlyMap<number, ColumnProblem> => {
  const found = new Map<number, ColumnProblem>()
  for (const { column, reason } of rows) {
    if (column === null || reason === null) continue
    const name = columns[column]?.column ?? ''
    const message = reason.startsWith(`${name}: `) ? reason.slice(name.length + 2) : reason
    found.set(column, { message, rows: (found.get(column)?.rows ?? 0) + 1 })
  }
  return found
}

/** The members of a tree as paths with their values as text. */
export const flat = (tree: Readonly<Record<string, unknown>>, path = ''): (readonly [string, string])[] =>
  Object.entries(tree).flatMap(([name, value]): (readonly [string, string])[] => {
    const here = path === '' ? name : `${path}.${name}`
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flat(value as Record<string, unknown>, here)
      : [[here, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
