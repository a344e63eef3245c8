/**
 * What is certain at a place because of the conditions before and around it. Conditions are compared by their text in
 * one normal form, so the work is linear in their length. Knows no types.
 */
import type { BinaryExpression, Expression, Span } from '../ast.ts'
import { innermostLoop, resolveName } from '../scope.ts'
import type { Checker, Place } from './checker.ts'
import { versionOf } from './flow.ts'

type Literal = string | number | boolean

interface Fact<T> {
  readonly value: T
  /** The condition that decides it. */
  readonly span: Span
}

/** The facts of one walk; what a block adds is taken back at its end. */
export interface Facts {
  readonly truths: Map<string, Fact<boolean>>
  readonly values: Map<string, Fact<Literal>>
  /** How to take back what was learned, latest last. */
  readonly trail: (() => void)[]
}

/** Starts with nothing known. */
export const createFacts = (): Facts => ({ truths: new Map(), values: new Map(), trail: [] })

/** A condition taken apart. A key that is null cannot be compared with another. */
export type Claim =
  | { readonly kind: 'leaf'; readonly key: string | null; readonly equal: Equal | null }
  | { readonly kind: 'not'; readonly key: string | null; readonly of: Claim }
  | { readonly kind: 'and' | 'or'; readonly key: string | null; readonly parts: readonly Claim[] }

interface Equal {
  readonly subject: string
  readonly value: Literal
}

/** Takes a condition apart. */
export const claimOf = (checker: Checker, expression: Expression, place: Place): Claim => {
  if (expression.kind === 'unary' && expression.operator === 'not')
    return negation(claimOf(checker, expression.operand, place))
  if (expression.kind !== 'binary') return leaf(keyOf(checker, expression, place))
  if (expression.operator === 'and' || expression.operator === 'or') {
    const parts = flatten(expression, expression.operator).map(part => claimOf(checker, part, place))
    return { kind: expression.operator, key: joinKeys(expression.operator, parts), parts }
  }
  if (expression.operator === '!=') return negation(equality(checker, expression, place))
  return expression.operator === '='
    ? equality(checker, expression, place)
    : leaf(keyOf(checker, expression, place))
}

const leaf = (key: string | null): Claim => ({ kind: 'leaf', key, equal: null })

const negation = (of: Claim): Claim =>
  of.kind === 'not' ? of.of : { kind: 'not', key: of.key === null ? null : `!${of.key}`, of }

const joinKeys = (operator: string, parts: readonly Claim[]): string | null => {
  const keys = parts.map(part => part.key)
  return keys.includes(null) ? null : `(${operator} ${keys.join(' ')})`
}

/** `a and b and c` as its parts. The tree leans to the left, so this is linear. */
const flatten = (expression: Expression, operator: 'and' | 'or'): readonly Expression[] => {
  const parts: Expression[] = []
  let at = expression
  while (at.kind === 'binary' && at.operator === operator) {
    parts.push(at.right)
    at = at.left
  }
  parts.push(at)
  return parts.reverse()
}

const equality = (checker: Checker, expression: BinaryExpression, place: Place): Claim => {
  const [left, right] = [expression.left, expression.right].map(side => ({
    key: keyOf(checker, side, place),
    value: side.kind === 'literal' ? side.value : null,
  }))
  if (left === undefined || right === undefined || left.key === null || right.key === null) return leaf(null)
  const key = left.key < right.key ? `${left.key}=${right.key}` : `${right.key}=${left.key}`
  const [subject, other] = left.value === null ? [left, right] : [right, left]
  const isKnown = checker.exclusive.has(expression) && subject.value === null && other.value !== null
  const equal = isKnown && other.value !== null ? { subject: subject.key ?? '', value: other.value } : null
  return { kind: 'leaf', key, equal }
}

/** One text for everything that gives the same value here. */
const keyOf = (checker: Checker, expression: Expression, place: Place): string | null => {
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value)
    case 'name':
      return keyOfName(checker, expression.name, place)
    case 'this':
      return place === null ? null : `^${place.depth}`
    case 'loop':
      return `@${expression.name}${innermostLoop(place)?.depth ?? ''}`
    case 'member':
      return withKeys(`.${JSON.stringify(expression.key)}`, [keyOf(checker, expression.object, place)])
    case 'call':
      // The one function that gives another value each time.
      if (expression.name === 'random') return null
      return withKeys(expression.name, keysOf(checker, expression.args, place))
    case 'index':
      return withKeys('[]', keysOf(checker, [expression.object, expression.index], place))
    case 'array':
      return withKeys('list', keysOf(checker, expression.items, place))
    case 'unary':
      return withKeys(expression.operator, keysOf(checker, [expression.operand], place))
    case 'binary':
      return withKeys(expression.operator, keysOf(checker, [expression.left, expression.right], place))
  }
}

const keysOf = (checker: Checker, expressions: readonly Expression[], place: Place) =>
  expressions.map(expression => keyOf(checker, expression, place))

// Put together piece by piece, not with join: a long chain is then not copied once for each of its links.
const withKeys = (name: string, keys: readonly (string | null)[]): string | null => {
  let text = `${name}(`
  for (const key of keys) {
    if (key === null) return null
    text += `${key},`
  }
  return `${text})`
}

const keyOfName = (checker: Checker, name: string, place: Place): string => {
  const meaning = resolveName(name, place, checker.names)
  const quoted = JSON.stringify(name)
  switch (meaning.kind) {
    case 'alias':
      return `^${meaning.scope.depth}`
    case 'counter':
      return `#${meaning.scope.depth}`
    case 'property':
      return `.${quoted}(^${meaning.scope.depth})`
    case 'variable':
      return `$${quoted}${place?.depth ?? ''}@${versionOf(checker.flow, name)}`
    default:
      return quoted.replace('"', '~')
  }
}

/** What is known of a claim, and which condition decided it. */
export const decide = (facts: Facts, claim: Claim): Fact<boolean> | null => {
  const known = claim.key === null ? undefined : facts.truths.get(claim.key)
  if (known !== undefined) return known
  switch (claim.kind) {
    case 'leaf': {
      const held = claim.equal === null ? undefined : facts.values.get(claim.equal.subject)
      return held === undefined ? null : { value: held.value === claim.equal?.value, span: held.span }
    }
    case 'not': {
      const of = decide(facts, claim.of)
      return of === null ? null : { value: !of.value, span: of.span }
    }
    default: {
      const decided = claim.parts.map(part => decide(facts, part))
      const enough = claim.kind === 'or'
      const one = decided.find(part => part?.value === enough)
      if (one !== undefined) return one
      return decided.includes(null) ? null : (decided[0] ?? null)
    }
  }
}

/** Takes a claim for true or false until `forget`. */
export const learn = (facts: Facts, claim: Claim, fact: Fact<boolean>): void => {
  if (claim.key !== null) put(facts, facts.truths, [claim.key, fact])
  if (claim.kind === 'not') learn(facts, claim.of, { ...fact, value: !fact.value })
  else if (claim.kind === 'leaf') {
    const { equal } = claim
    if (equal !== null && fact.value)
      put(facts, facts.values, [equal.subject, { value: equal.value, span: fact.span }])
  } else if (fact.value === (claim.kind === 'and')) {
    for (const part of claim.parts) learn(facts, part, fact)
  }
}

const put = <T>(facts: Facts, into: Map<string, T>, entry: readonly [string, T]): void => {
  const [key, value] = entry
  const before = into.get(key)
  into.set(key, value)
  facts.trail.push(() => {
    if (before === undefined) into.delete(key)
    else into.set(key, before)
  })
}

/** How much is known now; `forget` goes back to it. */
export const mark = (facts: Facts): number => facts.trail.length

/** Takes back everything that was learned since the mark. */
export const forget = (facts: Facts, to: number): void => {
  while (facts.trail.length > to) facts.trail.pop()?.()
}
