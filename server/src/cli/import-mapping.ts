/** What columns become, as a person writes it on a command line. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { COLUMN_KINDS, COLUMN_TYPES, type ColumnMapping } from '@carillon/contract'
import { UsageError } from './command.ts'

/** What columns become, by their names. */
export type Changes = ReadonlyMap<string, Omit<ColumnMapping, 'column'>>

const TYPED = new RegExp(`^(.*):(${COLUMN_TYPES.join('|')})$`, 's')

const meaningOf = (column: string, text: unknown): Omit<ColumnMapping, 'column'> => {
  const [, kindText = '', rest = ''] = /^([a-z]+)(?::(.*))?$/s.exec(String(text)) ?? []
  const kind = COLUMN_KINDS.find(one => one === kindText)
  const needsTarget = kind === 'identity' || kind === 'attribute'
  if (kind === undefined || needsTarget === (rest === ''))
    throw new UsageError(
      `--mapping: ${column} becomes identity:NAMESPACE, attribute:PATH, identities, attributes or ignore.`,
    )
  if (kind !== 'attribute') return { kind, to: rest, type: 'text' }
  const [, path, typeText] = TYPED.exec(rest) ?? []
  const type = COLUMN_TYPES.find(one => one === typeText) ?? 'text'
  return { kind, to: path ?? rest, type }
}

/** Reads `--mapping`: a JSON object, or the name of a file with one. */
export const readChanges = (value: string | undefined, cwd: string): Changes => {
  if (value === undefined) return new Map()
  let parsed: unknown
  try {
    parsed = JSON.parse(/^\s*\{/.test(value) ? value : readFileSync(resolve(cwd, value), 'utf8'))
  } catch (error) {
    throw new UsageError(`--mapping: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new UsageError('--mapping must be a JSON object, or a file with one.')
  return new Map(Object.entries(parsed).map(([column, text]) => [column, meaningOf(column, text)]))
}

/** The columns of a file with the changes; one that the file does not have is a `UsageError`. */
export const mapped = (guess: readonly ColumnMapping[], changes: Changes): ColumnMapping[] => {
  const names = new Set(guess.map(one => one.column))
  const foreign = [...changes.keys()].find(name => !names.has(name))
  if (foreign !== undefined)
    throw new UsageError(
      `--mapping: the file has no column "${foreign}"; it has ${[...names].join(', ') || 'none'}.`,
    )
  return guess.map(one => ({ ...one, ...changes.get(one.column) }))
}
