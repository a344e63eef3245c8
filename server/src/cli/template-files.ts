/** What `render` and `check` share: templates, fragments, lookup tables and JSON read from files. Needs no server. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, parse, resolve } from 'node:path'
import type { Diagnostic, FragmentLibrary, FragmentSource, JsonSchema, Target } from '@carillon/template'
import { fragmentIdOf } from '../content/tag-references.ts'
import { type Invocation, type Option, UsageError } from './command.ts'

/** The options of both commands. */
export const TEMPLATE_OPTIONS = {
  target: { value: 'html|text|json|url', meaning: 'where the output goes (by the file name, else html)' },
  fragments: { value: 'DIR', meaning: 'folder of fragments; the file name without its ending is the key' },
} as const satisfies Record<string, Option>

const TARGETS = ['html', 'text', 'json', 'url'] as const
const BY_ENDING: Readonly<Record<string, Target>> = { '.txt': 'text', '.json': 'json' }

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The text of a file; `-` is standard input. */
export const readText = ({ cwd }: Pick<Invocation, 'cwd'>, file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}

/** A JSON object from an option: the object itself, or a file with one; undefined when the option is not given. */
export const readObject = (
  invocation: Pick<Invocation, 'cwd' | 'values'>,
  option: string,
): Readonly<Record<string, unknown>> | undefined => {
  const given = invocation.values.text(option)
  if (given === undefined) return undefined
  const text = /^\s*[{[]/.test(given) ? given : readText(invocation, given)
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`--${option}: ${reasonOf(error)}`)
  }
  throw new UsageError(`--${option} must be a JSON object, or a file with one.`)
}

/** A schema from an option. */
export const readSchema = (invocation: Invocation, option: string): JsonSchema | undefined =>
  readObject(invocation, option) as JsonSchema | undefined

/** Where the output of a file goes. */
export const targetOf = ({ values }: Invocation, file: string): Target => {
  const given = values.text('target')
  if (given === undefined) return BY_ENDING[extname(file)] ?? 'html'
  const target = TARGETS.find(known => known === given)
  if (target === undefined) throw new UsageError(`--target takes one of ${TARGETS.join(', ')}.`)
  return target
}

/** Fragments by key; without `--fragments` there are none. */
export const readFragments = (invocation: Invocation): FragmentLibrary => {
  const folder = invocation.values.text('fragments')
  const byKey = new Map<string, FragmentSource>()
  for (const file of folder === undefined ? [] : filesOf(invocation, folder)) {
    const key = parse(file).name
    byKey.set(key, { id: key, version: '1', source: readText(invocation, join(folder ?? '', file)) })
  }
  return { get: reference => byKey.get(fragmentIdOf(reference)) }
}

const filesOf = ({ cwd }: Invocation, folder: string): string[] => {
  try {
    return readdirSync(resolve(cwd, folder), { withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .sort()
  } catch (error) {
    throw new UsageError(`--fragments: ${reasonOf(error)}`)
  }
}

/** A finding as compilers print it, with its excerpt and what mends it. */
export const findingLines = (file: string, found: Diagnostic): string[] => [
  `${file}:${found.line}:${found.column} ${found.severity} ${found.code}: ${found.message}`,
  ...found.excerpt.split('\n').map(line => `    ${line}`),
  `    fix: ${found.fix.title}`,
]
