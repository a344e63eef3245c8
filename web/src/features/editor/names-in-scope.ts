/** The names that hold at a place besides the namespaces: variables, aliases, the item of the block around. Told from the text alone. */
import { rowRoot } from './knowledge.ts'
import { tagsOf } from './tags.ts'

/** One `each` or `with` that is open at a place. `path` is the whole path of its item where that is known. */
export interface OpenBlock {
  readonly name: string
  readonly layer: 'handlebars' | 'pql'
  readonly alias: string | null
  readonly index: string | null
  readonly path: string | null
}

/** What holds at a place. */
export interface ScopeNames {
  /** Innermost last; blocks without items, such as `if`, are among them. */
  readonly blocks: readonly OpenBlock[]
  /** Variables that were set before, with the path that they rename, if they only rename one; a row has its table's. */
  readonly variables: ReadonlyMap<string, string | null>
}

const NAME = String.raw`[\p{L}_$][\p{L}\p{N}_$-]*`
const LET = new RegExp(String.raw`^\s*let\s+(${NAME})\s*=\s*(.*?)\s*$`, 'su')
const OPEN = new RegExp(
  String.raw`^\s*(\p{L}+)\s*(.*?)(?:\s+as\s+\|\s*(${NAME})(?:\s+(${NAME}))?\s*\|)?\s*$`,
  'su',
)
// The table of a lookup, whatever stands around it.
const DATASET = /^\s*datasetLookup\b.*?\bdatasetId\s*=\s*["']([^"']+)["']/su
const RESULT = /^\s*(?:datasetLookup|encrypt)\b.*?\bresult\s*=\s*["']([^"']+)["']/su
const INLINE = /^\s*["']([^"']+)["']/
const PATH = /^[\p{L}_$@`[][^\s(),"'|+*/%!<>=?]*$/u
const ITEM_BLOCKS = new Set(['each', 'with'])

interface Scan {
  readonly blocks: OpenBlock[]
  readonly variables: Map<string, string | null>
}

/** The whole path of what is written at a place: aliases, variables and `this` are followed to where they lead. */
export const wholePath = (written: string, scope: ScopeNames): string | null => {
  const [, first = '', rest = ''] = /^([^.[]*)(.*)$/su.exec(written) ?? []
  const items = scope.blocks.filter(block => ITEM_BLOCKS.has(block.name))
  if (first === 'this') return under(items.at(-1)?.path ?? null, rest)
  const named = items.findLast(block => block.alias === first)
  if (named !== undefined) return under(named.path, rest)
  if (first === 'profile' || first === 'context') return written
  const variable = scope.variables.get(first)
  if (variable !== undefined) return under(variable, rest)
  return under(items.at(-1)?.path ?? null, `.${written}`)
}

const under = (path: string | null, rest: string): string | null => (path === null ? null : path + rest)

const pathOf = (written: string, scan: Scan): string | null =>
  PATH.test(written) ? wholePath(written, scan) : null

const open = (scan: Scan, body: string, layer: OpenBlock['layer']): void => {
  const [, name = '', value = '', alias = null, index = null] = OPEN.exec(body) ?? []
  const path = ITEM_BLOCKS.has(name) ? pathOf(value, scan) : null
  const id = name === 'inline' ? INLINE.exec(value)?.[1] : undefined
  if (id !== undefined) scan.variables.set(id, null)
  scan.blocks.push({ name, layer, alias, index, path: name === 'each' ? under(path, '[]') : path })
}

const close = (scan: Scan, body: string): void => {
  const name = body.trim()
  const at = scan.blocks.findLastIndex(block => block.name === name)
  if (at !== -1) scan.blocks.length = at
}

const readTag = (scan: Scan, kind: string, body: string): void => {
  const set = kind === 'statement' ? LET.exec(body) : null
  if (set?.[1] !== undefined) scan.variables.set(set[1], pathOf(set[2] ?? '', scan))
  const result = kind === 'plain' ? RESULT.exec(body)?.[1] : undefined
  const table = DATASET.exec(body)?.[1]
  if (result !== undefined) scan.variables.set(result, table === undefined ? null : rowRoot(table))
}

/** Reads everything before a place; a tag that is still being typed there must begin at or after it. */
export const scopeBefore = (source: string, place: number): ScopeNames => {
  const scan: Scan = { blocks: [], variables: new Map() }
  const before = source.slice(0, place)
  for (const tag of tagsOf(before)) {
    const body = before.slice(tag.body.start, tag.body.end)
    if (tag.kind === 'open') open(scan, body, tag.layer)
    else if (tag.kind === 'close') close(scan, body)
    else readTag(scan, tag.kind, body)
  }
  return scan
}
