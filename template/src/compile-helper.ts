/** Turns the tags of helpers into closures. What they reach outside comes with the run; nothing is loaded here. */
import type {
  EncryptNode,
  Expression,
  FragmentNode,
  HashEntry,
  LinkNode,
  LookupNode,
  MetadataNode,
} from './ast.ts'
import type { Evaluate } from './compile-expression.ts'
import { PENDING } from './outside.ts'
import type { Emit, Part, Shared } from './program.ts'
import { accountFor, append, createFrames, type Run, stop, stopBecause } from './run.ts'
import { toText, toValue, type Value } from './values.ts'

type Compile = (expression: Expression) => Evaluate

/** Compiles a helper; `compile` knows the names at its place. */
export const compileHelper = (
  shared: Shared,
  node: FragmentNode | LookupNode | MetadataNode | EncryptNode | LinkNode,
  compile: Compile,
): Emit => {
  switch (node.kind) {
    case 'fragment':
      return compileFragment(shared, node, compile)
    case 'lookup':
      return emitLookup(node, compile(node.id))
    case 'metadata':
      return emitMetadata(node, compile(node.value))
    case 'encrypt':
      return emitEncrypt(node, compile(node.value), shared)
    case 'link':
      return emitLink(node, compile(node.url), shared)
  }
}

/** Runs a piece and answers what it printed, which is taken out of the output again. */
const capture = (run: Run, emit: Emit): string => {
  const before = run.out
  run.out = ''
  emit(run)
  const text = run.out
  run.out = before
  return text
}

/** `{{#inline "id"}}default{{/inline}}`: the field's variable, unless the use of the fragment replaces it. */
export const emitField =
  (id: string, body: Emit, offset: number): Emit =>
  run => {
    const replaced = run.fragment?.fields.get(id)
    run.variables.set(id, accountFor(run, replaced ?? capture(run, body), offset))
  }

type Field = readonly [id: string, evaluate: (run: Run) => string]

// A literal is the author's own markup; what comes from data is escaped like any output.
const compileField = (shared: Shared, field: HashEntry, compile: Compile): Field => {
  const evaluate = compile(field.value)
  const text = (run: Run): string => toText(evaluate(run))
  return [field.name, field.value.kind === 'literal' ? text : run => shared.escapeText(text(run))]
}

const compileFragment = (shared: Shared, node: FragmentNode, compile: Compile): Emit => {
  const fields = node.fields.map(field => compileField(shared, field, compile))
  const find = compileId(shared, node, compile)
  const offset = node.span.start
  const use: Emit = run => {
    const found = find(run)
    if (found === null) return
    const replaced = new Map(fields.map(([id, evaluate]) => [id, evaluate(run)]))
    enterFragment(run, { ...found, fields: replaced, offset })
  }
  if (node.render) return use
  return run => void capture(run, use)
}

interface Found {
  readonly id: string
  readonly part: Part
}

/** Null while the fragment must still be loaded. */
const compileId = (shared: Shared, node: FragmentNode, compile: Compile): ((run: Run) => Found | null) => {
  const literal = node.id.kind === 'literal' && typeof node.id.value === 'string' ? node.id.value : null
  let fixed: Found | null | undefined
  const idOf = compile(node.id)
  const offset = node.id.span.start
  return run => {
    // Resolved at the first render: fragments may name each other in a circle, which only the depth limit ends.
    if (literal !== null && fixed === undefined) {
      const part = shared.fixedPart(literal)
      fixed = part === undefined ? null : { id: literal, part }
    }
    return fixed ?? findLoose(run, { shared, offset, id: toText(idOf(run)) })
  }
}

const findLoose = (
  run: Run,
  asked: { readonly shared: Shared; readonly offset: number; readonly id: string },
): Found | null => {
  const { shared, offset, id } = asked
  const found = id === '' ? null : (run.environment.outside?.fragment?.(id) ?? null)
  if (found === PENDING) return null
  if (found === null) {
    const detail = id === '' ? 'The id of this fragment is empty.' : `There is no published fragment "${id}".`
    return stopBecause(run, 'fragment_unknown', { offset, detail })
  }
  const part = shared.loosePart(found)
  if (part !== undefined) return { id, part }
  return stopBecause(run, 'fragment_broken', { offset, detail: `The fragment "${id}" has errors.` })
}

const enterFragment = (
  run: Run,
  use: Found & { readonly fields: ReadonlyMap<string, string>; readonly offset: number },
): void => {
  const depth = (run.fragment?.depth ?? 0) + 1
  if (depth > run.limits.maxFragmentDepth) stop(run, 'fragment_too_deep', use.offset)
  const { source, frames, fragment } = run
  // A fragment sees the variables of the message and none of the loops around its tag.
  run.source = use.part.source
  run.frames = createFrames(use.part.depth)
  run.fragment = { id: use.id, depth, fields: use.fields }
  use.part.emit(run)
  run.source = source
  run.frames = frames
  run.fragment = fragment
}

const emitLookup =
  (node: LookupNode, idOf: Evaluate): Emit =>
  run => {
    const offset = node.span.start
    const key = toText(idOf(run))
    const lookup = run.environment.outside?.lookup
    const row = lookup === undefined ? undefined : key === '' ? null : lookup(node.dataset, key)
    if (row === undefined)
      stopBecause(run, 'lookup_failed', { offset, detail: `There is no lookup table "${node.dataset}".` })
    if (row === null && node.required) stop(run, 'lookup_missing', offset)
    run.variables.set(node.result, row === PENDING ? null : toValue(row))
  }

const emitMetadata =
  (node: MetadataNode, evaluate: Evaluate): Emit =>
  run => {
    const { outside } = run.environment
    if (outside?.metadata === undefined) stop(run, 'metadata_failed', node.span.start)
    else outside.metadata(node.key, toText(evaluate(run)))
  }

const emitEncrypt = (node: EncryptNode, evaluate: Evaluate, shared: Shared): Emit => {
  const { keyName: name, version, result } = node
  const offset = node.span.start
  return run => {
    const text = encryptText(run, evaluate(run), { name, version, offset })
    if (result === null) append(run, shared.escapeText(text), offset)
    else run.variables.set(result, accountFor(run, text, offset))
  }
}

/** The empty text while the key must still be loaded. */
const encryptText = (
  run: Run,
  value: Value,
  key: { readonly name: string; readonly version: string | null; readonly offset: number },
): string => {
  const { offset } = key
  if (typeof value !== 'string')
    return stopBecause(run, 'encrypt_failed', { offset, detail: 'Only text can be encrypted.' })
  const encrypted = run.environment.outside?.encrypt?.(value, key)
  if (encrypted === undefined) return stop(run, 'encrypt_failed', offset)
  if (encrypted === PENDING) return ''
  if (encrypted.kind === 'encrypted') return encrypted.text
  return stopBecause(run, 'encrypt_failed', { offset, detail: encrypted.why })
}

const emitLink = (node: LinkNode, urlOf: Evaluate, shared: Shared): Emit => {
  const { type, action } = node
  const offset = node.span.start
  const escapeText = node.raw ? (text: string) => text : shared.escapeText
  return run => {
    const link = run.environment.outside?.link
    if (link === undefined) stop(run, 'link_failed', offset)
    else append(run, escapeText(link(toText(urlOf(run)), { type, action })), offset)
  }
}
