/** The tags of the helpers, `{{name key=value …}}`: which one it is, and its hash turned into a node. Knows no blocks. */
import type { Expression, HashEntry, Node, Span } from './ast.ts'
import { suggestion } from './nearest.ts'
import { parseExpression } from './parse-expression.ts'
import { expect, fault, peek, type Reader, readName, skipBlanks, startsName, unexpected } from './reader.ts'

/** The helpers of a message, by name, with the hash names that each takes (`fragment` takes any more as fields). */
export const HELPERS = {
  fragment: ['id', 'mode', 'render'],
  datasetLookup: ['datasetId', 'id', 'result', 'required'],
  executionMetadata: ['key', 'value'],
  encrypt: ['keyName', 'version', 'result'],
  url: ['originalUrl', 'type', 'action'],
} as const
export type HelperName = keyof typeof HELPERS

/** A helper tag, understood. */
export interface HelperPart {
  readonly kind: 'helper'
  readonly node: Node
  readonly variant?: string
}

const HASH_AHEAD = /\s+[\p{L}_$][\p{L}\p{N}_$:-]*\s*=(?!=)/uy
const VALUE_AHEAD = /\s+(?!(?:and|or|as)\s)(?:[\p{L}_$"'`[(]|[0-9])/uy
const PRIVATE_BETA = /entity\.(?=datasetId\s*=)/y

const follows = (reader: Reader, pattern: RegExp, at: number): boolean => {
  pattern.lastIndex = at
  return pattern.test(reader.source) && pattern.lastIndex <= reader.end
}

/** The helper whose tag starts here, with the position after its name, or undefined: `{{url}}` alone is a property. */
export const helperAhead = (reader: Reader): { readonly name: string; readonly end: number } | undefined => {
  skipBlanks(reader)
  const start = reader.at
  if (!startsName(peek(reader))) return undefined
  const name = readName(reader)
  const end = reader.at
  reader.at = start
  const isHelper = name in HELPERS || name === 'externalDataLookup'
  if (isHelper && follows(reader, HASH_AHEAD, end)) return { name, end }
  return name === 'encrypt' && follows(reader, VALUE_AHEAD, end) ? { name, end } : undefined
}

interface Hash {
  readonly entries: ReadonlyMap<string, HashEntry>
  readonly tag: Span
}

/** Reads the helper that stands here, or undefined where there is none. */
export const parseHelper = (reader: Reader, tag: Span): HelperPart | undefined => {
  skipBlanks(reader)
  if (follows(reader, PRIVATE_BETA, reader.at)) {
    reader.at += 'entity.'.length
    const node = toLookup({ entries: readHash(reader), tag }).node
    return { kind: 'helper', node, variant: '{{datasetLookup datasetId=…}}' }
  }
  const ahead = helperAhead(reader)
  if (ahead === undefined) return undefined
  reader.at = ahead.end
  if (ahead.name === 'externalDataLookup') {
    const message = 'externalDataLookup is for inbound channels: in a message, use datasetLookup'
    return fault('helper_unknown', tag, message)
  }
  if (ahead.name === 'encrypt') return toEncrypt(reader, tag)
  return NODES[ahead.name as Exclude<HelperName, 'encrypt'>]({ entries: readHash(reader), tag })
}

/** Reads `name=value …` to the end of the tag. */
export const readHash = (reader: Reader): ReadonlyMap<string, HashEntry> => {
  const entries = new Map<string, HashEntry>()
  for (skipBlanks(reader); reader.at < reader.end; skipBlanks(reader)) {
    const start = reader.at
    const name = startsName(peek(reader)) ? readName(reader) : unexpected(reader, 'expected name=value')
    const nameSpan = { start, end: reader.at }
    expect(reader, '=')
    if (entries.has(name)) fault('helper_wrong', nameSpan, `"${name}" is given twice`)
    entries.set(name, { name, nameSpan, value: parseExpression(reader) })
  }
  return entries
}

const need = (hash: Hash, name: string, helper: string): HashEntry =>
  hash.entries.get(name) ?? fault('helper_wrong', hash.tag, `${helper} needs ${name}=`)

/** The literal text of an entry; a bare name counts as text where names are usual, as in `result=store`. */
export const literalText = (entry: HashEntry): string => {
  const { value } = entry
  if (value.kind === 'literal' && (typeof value.value === 'string' || typeof value.value === 'number'))
    return String(value.value)
  return fault('helper_wrong', value.span, `${entry.name} must be a text in quotes`)
}

const optionalText = (hash: Hash, name: string): string | null => {
  const entry = hash.entries.get(name)
  return entry === undefined ? null : literalText(entry)
}

const flag = (hash: Hash, name: string, fallback: boolean): boolean => {
  const entry = hash.entries.get(name)
  if (entry === undefined) return fallback
  const { value } = entry
  const given = value.kind === 'literal' ? value.value : undefined
  if (given === true || given === 'true') return true
  if (given === false || given === 'false') return false
  return fault('helper_wrong', value.span, `${name} must be true or false`)
}

const resultOf = (entry: HashEntry): { readonly result: string; readonly resultSpan: Span } => {
  const { value } = entry
  const result = value.kind === 'name' ? value.name : literalText(entry)
  if (/^[^\s!-#%-/:-@[-^`{-~]+$/u.test(result) && !/^[0-9]/.test(result))
    return { result, resultSpan: value.span }
  return fault('helper_wrong', value.span, `"${result}" cannot be the name of a variable`)
}

const onlyKnown = (hash: Hash, helper: HelperName): void => {
  const known: readonly string[] = HELPERS[helper]
  for (const [name, entry] of hash.entries) {
    // `data=` is the older form of the value of encrypt.
    if (known.includes(name) || (helper === 'encrypt' && name === 'data')) continue
    fault('helper_wrong', entry.nameSpan, `${helper} does not take "${name}".${suggestion(name, known)}`)
  }
}

const toFragment = (hash: Hash): HelperPart => {
  const id = need(hash, 'id', 'fragment').value
  const mode = optionalText(hash, 'mode')
  if (mode !== null && mode !== 'inline')
    fault('helper_wrong', hash.entries.get('mode')?.value.span ?? hash.tag, 'mode can only be "inline"')
  const fields = [...hash.entries.values()].filter(entry => !FRAGMENT_WORDS.has(entry.name))
  const node: Node = { kind: 'fragment', span: hash.tag, id, render: flag(hash, 'render', true), fields }
  return { kind: 'helper', node }
}

const FRAGMENT_WORDS: ReadonlySet<string> = new Set(HELPERS.fragment)

const toLookup = (given: Hash): HelperPart => {
  // One page of AJO writes `key=` for the id.
  const key = given.entries.get('key')
  const hash = key === undefined || given.entries.has('id') ? given : renamed(given, key, 'id')
  onlyKnown(hash, 'datasetLookup')
  const node: Node = {
    kind: 'lookup',
    span: hash.tag,
    dataset: literalText(need(hash, 'datasetId', 'datasetLookup')),
    id: need(hash, 'id', 'datasetLookup').value,
    ...resultOf(need(hash, 'result', 'datasetLookup')),
    required: flag(hash, 'required', false),
  }
  return hash === given
    ? { kind: 'helper', node }
    : { kind: 'helper', node, variant: '{{datasetLookup … id=…}}' }
}

const renamed = (hash: Hash, entry: HashEntry, name: string): Hash => {
  const entries = new Map(hash.entries)
  entries.delete(entry.name)
  entries.set(name, { ...entry, name })
  return { ...hash, entries }
}

const toMetadata = (hash: Hash): HelperPart => {
  onlyKnown(hash, 'executionMetadata')
  const key = literalText(need(hash, 'key', 'executionMetadata'))
  if (key === '') fault('helper_wrong', hash.tag, 'key must not be empty')
  const { value } = need(hash, 'value', 'executionMetadata')
  return { kind: 'helper', node: { kind: 'metadata', span: hash.tag, key, value } }
}

const toLink = (hash: Hash): HelperPart => {
  onlyKnown(hash, 'url')
  const node: Node = {
    kind: 'link',
    span: hash.tag,
    raw: false,
    url: need(hash, 'originalUrl', 'url').value,
    type: optionalText(hash, 'type'),
    action: optionalText(hash, 'action'),
  }
  return { kind: 'helper', node }
}

/** `{{encrypt value keyName="k" result="r"}}`, and the older `{{encrypt data=value key="k"}}`, which prints in place. */
const toEncrypt = (reader: Reader, tag: Span): HelperPart => {
  const positional: Expression | null = follows(reader, HASH_AHEAD, reader.at)
    ? null
    : parseExpression(reader)
  const given: Hash = { entries: readHash(reader), tag }
  const old = given.entries.get('key')
  const hash = old === undefined || given.entries.has('keyName') ? given : renamed(given, old, 'keyName')
  onlyKnown(hash, 'encrypt')
  const result = hash.entries.get('result')
  const node: Node = {
    kind: 'encrypt',
    span: tag,
    value: positional ?? need(hash, 'data', 'encrypt').value,
    keyName: literalText(need(hash, 'keyName', 'encrypt')),
    version: optionalText(hash, 'version'),
    ...(result === undefined ? { result: null, resultSpan: tag } : resultOf(result)),
  }
  return positional === null || hash !== given
    ? { kind: 'helper', node, variant: '{{encrypt value keyName="…" result="…"}}' }
    : { kind: 'helper', node }
}

const NODES: Record<Exclude<HelperName, 'encrypt'>, (hash: Hash) => HelperPart> = {
  fragment: toFragment,
  datasetLookup: toLookup,
  executionMetadata: toMetadata,
  url: toLink,
}
