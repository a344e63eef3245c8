/** What a name means at a place, whether it is set there, and which new names are allowed. */
import type { NameExpression, Span } from '../ast.ts'
import type { Finding } from '../diagnostics.ts'
import { nearestWord } from '../nearest.ts'
import { resolveName, type Scope } from '../scope.ts'
import { type Checker, type Item, type Place, reportError, reportWarning } from './checker.ts'
import { nameSpan, replaceName } from './edits.ts'
import { setVariable, typeOfVariable, useEarly } from './flow.ts'
import { hintOf, partOf } from './paths.ts'
import { ANY, inWords, type Type } from './types.ts'

/** The type of the first name of a path. */
export const typeOfName = (checker: Checker, expression: NameExpression, place: Place): Type => {
  const { name } = expression
  const meaning = resolveName(name, place, checker.names)
  switch (meaning.kind) {
    case 'alias':
      return meaning.scope.item.type
    case 'counter':
      return meaning.scope.item.key
    case 'root':
      return typeOfRoot(checker, expression)
    case 'variable':
      return typeOfSetVariable(checker, expression, meaning.scope)
    case 'property':
      return typeOfProperty(checker, expression, meaning.scope)
    case 'unknown':
      reportUnknown(checker, expression)
      return ANY
  }
}

const typeOfRoot = (checker: Checker, expression: NameExpression): Type => {
  const { name } = expression
  if (name === 'profile' && checker.forbidProfile) {
    reportError(checker, () => ({
      code: 'profile_forbidden',
      span: nameSpan(checker.source, expression),
      message: 'This campaign has no profiles: take the value from the context of the call',
    }))
    return ANY
  }
  return checker.rootTypes.get(name) ?? ANY
}

/** Names that may come from somewhere else: the message around a fragment, or a fragment that is not known here. */
const mayComeFromElsewhere = (checker: Checker): boolean => checker.isFragment || checker.flow.isOpaque

const typeOfSetVariable = (checker: Checker, expression: NameExpression, scope: Scope<Item> | null): Type => {
  const { flow } = checker
  const { name } = expression
  if (flow.everSet.has(name)) return typeOfVariable(flow, name)
  const part = scope === null ? null : partOf(scope.item.type, name)
  const isProperty = part?.found === true && (part.type.kind !== 'any' || flow.loops.length === 0)
  if (isProperty || mayComeFromElsewhere(checker)) return part?.found === true ? part.type : ANY
  useEarly(flow, name, {
    certain: part?.found !== true,
    span: nameSpan(checker.source, expression),
  })
  return ANY
}

/** A name gets a value here; uses before this place are told now, because only now is it known where it is set. */
export const assign = (checker: Checker, name: string, type: Type): void => {
  for (const { use, sameLoop } of setVariable(checker.flow, name, type)) {
    if (sameLoop) {
      const message = `"${name}" is set further down in this loop: in the first round it is blank`
      reportWarning(checker, () => ({ code: 'variable_unset', span: use.span, message }))
    } else if (use.certain) {
      const message = `"${name}" is set further down: move its {% let %} before this place`
      reportError(checker, () => ({ code: 'variable_unset', span: use.span, message }))
    }
  }
}

const typeOfProperty = (checker: Checker, expression: NameExpression, scope: Scope<Item>): Type => {
  const { name } = expression
  const part = partOf(scope.item.type, name)
  if (part.found) return part.type
  if (mayComeFromElsewhere(checker)) return ANY
  reportError(checker, () => {
    const span = nameSpan(checker.source, expression)
    const outer = outerScopeWith(scope, name)
    if (outer) {
      const message = `"${name}" belongs to the block further out: name its item with "as |item|" and write item.${name}`
      return { code: 'path_unknown', span, message }
    }
    const known = part.reason === 'unknown' ? part.known : []
    const nearest = nearestWord(name, [...known, ...namesInScope(checker, scope)])
    const item = part.reason === 'unknown' ? '' : `, which is ${inWords(part.of)}`
    const message = `There is no "${name}" in the item of this block${item}.${hintOf(nearest, known)}`
    const finding = { code: 'path_unknown' as const, span, message }
    return withFix(checker, expression, { finding, nearest })
  })
  return ANY
}

const outerScopeWith = (scope: Scope<Item>, name: string): boolean => {
  for (let at = scope.parent; at !== null; at = at.parent) {
    const { type } = at.item
    if (type.kind === 'object' && type.shape.member(name) !== undefined) return true
  }
  return false
}

/** Names that can stand first in a path: aliases, namespaces, variables. */
const namesInScope = (checker: Checker, place: Place): readonly string[] => {
  const aliases: string[] = []
  for (let at = place; at !== null; at = at.parent) {
    for (const name of [at.alias.item, at.alias.index]) if (name !== null) aliases.push(name)
  }
  return [...aliases, ...checker.names.roots, ...checker.names.variables]
}

const reportUnknown = (checker: Checker, expression: NameExpression): void => {
  if (mayComeFromElsewhere(checker)) return
  reportError(checker, () => {
    const { roots, variables } = checker.names
    const nearest = nearestWord(expression.name, [...roots, ...variables])
    const starts = ` Data starts with ${roots.map(root => `"${root}."`).join(' or ')}.`
    const hint = nearest === null ? starts : hintOf(nearest, [])
    const finding = {
      code: 'name_unknown' as const,
      span: expression.span,
      message: `There is no "${expression.name}" here.${hint}`,
    }
    return withFix(checker, expression, { finding, nearest })
  })
}

const hasMember = (type: Type | undefined, name: string): boolean =>
  type?.kind === 'object' && type.shape.member(name) !== undefined

/** A name that the schema of a namespace has was meant there; else the nearest word. */
const withFix = (
  checker: Checker,
  expression: NameExpression,
  { finding, nearest }: { readonly finding: Finding; readonly nearest: string | null },
): Finding => {
  const owner = checker.names.roots.find(root => hasMember(checker.rootTypes.get(root), expression.name))
  if (owner !== undefined) return { ...finding, fix: putBefore(expression.span, `${owner}.`) }
  return nearest === null ? finding : { ...finding, fix: replaceName(checker.source, expression, nearest) }
}

const putBefore = (span: Span, text: string): NonNullable<Finding['fix']> => ({
  title: `Put "${text}" before it`,
  edit: { span: { start: span.start, end: span.start }, text },
})

const RESERVED = new Set(['this', 'true', 'false', 'null', 'undefined', 'and', 'or', 'not', 'as'])

/** A name that a template introduces must not mean something already. */
export const checkNewName = (checker: Checker, name: string | null, span: Span): void => {
  if (name === null || !(RESERVED.has(name) || checker.names.roots.includes(name))) return
  const message = `"${name}" has a meaning already: choose another name`
  reportError(checker, () => ({ code: 'name_reserved', span, message }))
}

/** The same for a variable, which an alias around it would hide. */
export const checkNewVariable = (
  checker: Checker,
  variable: { readonly name: string; readonly span: Span },
  place: Place,
): void => {
  const { name, span } = variable
  checkNewName(checker, name, span)
  const { kind } = resolveName(name, place, checker.names)
  if (kind !== 'alias' && kind !== 'counter') return
  const message = `"${name}" is the alias of the block around: choose another name`
  reportError(checker, () => ({ code: 'name_reserved', span, message }))
}
