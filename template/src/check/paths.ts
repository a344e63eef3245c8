/** Steps from a typed value to a part of it, as the renderer takes them, and what there is to say about a wrong one. */
import type { Expression, IndexExpression, MemberExpression, Span } from '../ast.ts'
import type { Finding } from '../diagnostics.ts'
import { nearestWord } from '../nearest.ts'
import { type Checker, quote, reportError } from './checker.ts'
import { callOf, keySpan, replaceKey, replaceText } from './edits.ts'
import { ANY, inWords, listOf, NUMBER, type ObjectType, type Type } from './types.ts'

/** A part of a value, or what is wrong with asking for it. */
export type Part =
  | { readonly found: true; readonly type: Type }
  | { readonly found: false; readonly reason: 'unknown'; readonly known: readonly string[] }
  | { readonly found: false; readonly reason: 'no_parts'; readonly of: Type }

const found = (type: Type): Part => ({ found: true, type })

/** The part of a value under a name; of a list, the list of that part of every element. */
export const partOf = (type: Type, name: string): Part => {
  switch (type.kind) {
    case 'any':
    case 'null':
      return found(ANY)
    case 'object':
      return memberOf(type, name)
    case 'list':
      return projectionOf(type.item, name)
    default:
      return { found: false, reason: 'no_parts', of: type }
  }
}

const memberOf = (type: ObjectType, name: string): Part => {
  const member = type.shape.member(name) ?? type.shape.rest()
  return member === null ? { found: false, reason: 'unknown', known: type.shape.names() } : found(member)
}

const MAX_LISTS = 10

const projectionOf = (item: Type, name: string): Part => {
  let element = item
  // Lists within lists are flattened; a schema may nest them without end.
  for (let depth = 0; element.kind === 'list'; depth += 1) {
    if (depth === MAX_LISTS) return found(ANY)
    element = element.item
  }
  const part = partOf(element, name)
  if (!part.found) return part
  return found(part.type.kind === 'list' ? listOf(part.type.item) : listOf(part.type))
}

/** The type of `object.key`. */
export const typeOfMember = (checker: Checker, expression: MemberExpression, object: Type): Type => {
  const { key } = expression
  if (object.kind === 'list' && /^[0-9]+$/.test(key)) return object.item
  if (object.kind === 'list' && key === 'length') return NUMBER
  const part = partOf(object, key)
  if (part.found) return part.type
  reportError(checker, () => memberFinding(checker, expression, part))
  return ANY
}

const memberFinding = (
  checker: Checker,
  expression: MemberExpression,
  part: Part & { readonly found: false },
): Finding => {
  const { source } = checker
  const { key, object } = expression
  const span = keySpan(source, expression)
  const owner = quote(checker, object.span)
  if (part.reason === 'no_parts') {
    const message = `${owner} is ${inWords(part.of)} and has no "${key}"`
    if (key !== 'length' || part.of.kind !== 'text' || object.kind === 'literal')
      return { code: 'path_unknown', span, message }
    const fix = callOf(source, expression.span, { name: 'length', args: [object] })
    return { code: 'path_unknown', span, message: `${message}: use length(…)`, fix }
  }
  const nearest = nearestWord(key, part.known)
  const message = `There is no "${key}" in ${owner}.${hintOf(nearest, part.known)}`
  return nearest === null
    ? { code: 'path_unknown', span, message }
    : { code: 'path_unknown', span, message, fix: replaceKey(source, expression, nearest) }
}

const SHOWN_NAMES = 5

/** The end of a message about an unknown name: the one that was probably meant, or those that there are. */
export const hintOf = (nearest: string | null, known: readonly string[]): string => {
  if (nearest !== null) return ` Did you mean "${nearest}"?`
  if (known.length === 0) return ''
  const more = known.length > SHOWN_NAMES ? ', …' : ''
  return ` There is ${known.slice(0, SHOWN_NAMES).join(', ')}${more}`
}

/** The type of `object[index]`. */
export const typeOfIndex = (
  checker: Checker,
  expression: IndexExpression,
  types: { readonly object: Type; readonly index: Type },
): Type => {
  const { object, index } = types
  if (object.kind === 'any' || object.kind === 'null') return ANY
  const wanted = indexWanted(object)
  if (wanted === null)
    return refuseIndex(checker, expression.object, `is ${inWords(object)} and has no parts`)
  if (index.kind !== 'any' && !wanted.includes(index.kind)) {
    const message = `[…] takes ${wanted.length === 1 ? 'a number' : 'a name'} here, not ${inWords(index)}`
    reportError(checker, () => ({ code: 'type_mismatch', span: expression.index.span, message }))
    return ANY
  }
  if (object.kind === 'list') return object.item
  if (object.kind !== 'object') return ANY
  return typeOfNamedPart(checker, { owner: expression.object, key: expression.index, object })
}

const indexWanted = (object: Type): readonly Type['kind'][] | null => {
  if (object.kind === 'list') return ['number']
  return object.kind === 'object' ? ['text', 'number'] : null
}

const refuseIndex = (checker: Checker, object: Expression, reason: string): Type => {
  const span: Span = object.span
  reportError(checker, () => ({ code: 'path_unknown', span, message: `${quote(checker, span)} ${reason}` }))
  return ANY
}

/** The property of an object that an expression names, in brackets or as the key of `get`. */
export const typeOfNamedPart = (
  checker: Checker,
  at: { readonly owner: Expression; readonly key: Expression; readonly object: ObjectType },
): Type => {
  const { key, object } = at
  if (key.kind !== 'literal' || (typeof key.value !== 'string' && typeof key.value !== 'number'))
    return object.shape.names().length === 0 ? (object.shape.rest() ?? ANY) : ANY
  const name = String(key.value)
  const part = partOf(object, name)
  if (part.found) return part.type
  reportError(checker, () => {
    const known = object.shape.names()
    const nearest = nearestWord(name, known)
    const message = `There is no "${name}" in ${quote(checker, at.owner.span)}.${hintOf(nearest, known)}`
    const finding: Finding = { code: 'path_unknown', span: key.span, message }
    return nearest === null ? finding : { ...finding, fix: replaceText(checker.source, key, nearest) }
  })
  return ANY
}
