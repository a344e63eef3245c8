/** Finds the mistakes that a template can hold although it parses: names, functions and their arguments. */
import type { Ast, CallExpression, Expression, LetNode, NameExpression, Node, Span } from './ast.ts'
import { createReporter, type Diagnostic, inSourceOrder, type Reporter } from './diagnostics.ts'
import {
  type FunctionSpec,
  fewestArguments,
  mostArguments,
  paramAt,
  signatureOf,
} from './functions/function-spec.ts'
import { FUNCTIONS } from './functions/function-table.ts'
import { createPatternCheck, type PatternCheck } from './functions/pattern.ts'
import { propertyKeys } from './functions/property-path.ts'
import { suggestion } from './nearest.ts'
import { type ParseOptions, parseTemplate } from './parse.ts'
import {
  childBodies,
  DEFAULT_ROOTS,
  declaredNames,
  enterScope,
  innermostLoop,
  type Names,
  ownExpressions,
  resolveName,
  type Scope,
} from './scope.ts'

/** What the checker may be told. */
export interface CheckOptions extends ParseOptions {
  /** The namespaces that the data has; `profile` and `context` when left out. */
  readonly roots?: readonly string[]
}

interface Checker {
  readonly names: Names
  readonly reporter: Reporter
  readonly checkPattern: PatternCheck
}

type Place = Scope<null> | null

/** Parses and checks a source. An empty answer means that it compiles and nothing is worth a remark. */
export const checkTemplate = (source: string, options: CheckOptions = {}): readonly Diagnostic[] => {
  const { ast, diagnostics } = parseTemplate(source, options)
  return inSourceOrder([...diagnostics, ...checkAst(ast, options.roots)])
}

/** Checks a tree that is already parsed. */
export const checkAst = (
  ast: Ast,
  roots: readonly string[] = DEFAULT_ROOTS,
  open = false,
): readonly Diagnostic[] => {
  const reporter = createReporter(ast.source)
  const names = { roots, variables: declaredNames(ast.body), open }
  checkBody({ names, reporter, checkPattern: createPatternCheck() }, ast.body, null)
  return reporter.diagnostics
}

const checkBody = (checker: Checker, body: readonly Node[], place: Place): void => {
  for (const node of body) checkNode(checker, node, place)
}

const checkNode = (checker: Checker, node: Node, place: Place): void => {
  switch (node.kind) {
    case 'let':
      checkLet(checker, node, place)
      checkExpression(checker, node.value, place)
      return
    case 'if':
      for (const branch of node.branches) {
        checkExpression(checker, branch.condition, place)
        checkBody(checker, branch.body, place)
      }
      checkBody(checker, node.otherwise, place)
      return
    case 'each':
    case 'with':
      checkExpression(checker, node.kind === 'each' ? node.list : node.value, place)
      for (const name of [node.alias.item, node.alias.index]) checkNewName(checker, name, node.span)
      checkBody(checker, node.body, enterScope(place, { kind: node.kind, alias: node.alias, item: null }))
      checkBody(checker, node.otherwise, place)
      return
    default:
      for (const expression of ownExpressions(node)) checkExpression(checker, expression, place)
      for (const body of childBodies(node)) checkBody(checker, body, place)
  }
}

const checkLet = (checker: Checker, node: LetNode, place: Place): void => {
  checkNewName(checker, node.name, node.nameSpan)
  const { kind } = resolveName(node.name, place, checker.names)
  if (kind === 'alias' || kind === 'counter') {
    const message = `"${node.name}" is the alias of the block around: choose another name`
    checker.reporter.error('name_reserved', node.nameSpan, message)
  }
}

const RESERVED = new Set(['this', 'true', 'false', 'null', 'undefined', 'and', 'or', 'not', 'as'])

const checkNewName = (checker: Checker, name: string | null, span: Span): void => {
  if (name === null || !(RESERVED.has(name) || checker.names.roots.includes(name))) return
  checker.reporter.error('name_reserved', span, `"${name}" has a meaning already: choose another name`)
}

const checkExpression = (checker: Checker, expression: Expression, place: Place): void => {
  switch (expression.kind) {
    case 'literal':
      return
    case 'name':
      checkName(checker, expression, place)
      return
    case 'this':
      if (place !== null) return
      checker.reporter.error(
        'loop_name_outside',
        expression.span,
        '"this" is the item of an each or with block',
      )
      return
    case 'loop':
      if (innermostLoop(place) !== null) return
      checker.reporter.error(
        'loop_name_outside',
        expression.span,
        `"@${expression.name}" exists in each blocks only`,
      )
      return
    case 'call':
      checkCall(checker, expression)
      break
    case 'binary':
      checkPlus(checker, expression)
  }
  for (const part of parts(expression)) checkExpression(checker, part, place)
}

const parts = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'array':
      return expression.items
    case 'member':
      return [expression.object]
    case 'index':
      return [expression.object, expression.index]
    case 'call':
      return expression.args.filter((_, position) => !isProperty(expression, position))
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    default:
      return []
  }
}

const checkName = (checker: Checker, expression: NameExpression, place: Place): void => {
  if (resolveName(expression.name, place, checker.names).kind !== 'unknown') return
  const { roots, variables } = checker.names
  const known = [...roots, ...variables]
  const hint =
    suggestion(expression.name, known) || ` Data starts with ${roots.map(root => `"${root}."`).join(' or ')}.`
  checker.reporter.error('name_unknown', expression.span, `There is no "${expression.name}" here.${hint}`)
}

const checkPlus = (checker: Checker, expression: Expression & { kind: 'binary' }): void => {
  const isText = (side: Expression): boolean => side.kind === 'literal' && typeof side.value === 'string'
  if (expression.operator !== '+' || !(isText(expression.left) || isText(expression.right))) return
  checker.reporter.warn(
    'plus_on_text',
    expression.span,
    '"+" adds numbers and gives nothing for text: use concat',
  )
}

const checkCall = (checker: Checker, call: CallExpression): void => {
  const spec = FUNCTIONS.get(call.name)
  if (spec === undefined) {
    const message = `There is no function "${call.name}".${suggestion(call.name, FUNCTIONS.keys())}`
    checker.reporter.error('function_unknown', call.nameSpan, message)
    return
  }
  if (call.args.length < fewestArguments(spec) || call.args.length > mostArguments(spec)) {
    checker.reporter.error('arguments_wrong', call.span, argumentsMessage(call, spec))
  }
  for (const [position, arg] of call.args.entries()) {
    if (!isProperty(call, position) || propertyKeys(arg) !== null) continue
    const message = `${call.name} takes the name of a property here, such as price: ${call.name}${signatureOf(spec)}`
    checker.reporter.error('arguments_wrong', arg.span, message)
  }
  checkPatternOf(checker, call)
}

const isProperty = (call: CallExpression, position: number): boolean => {
  const spec = FUNCTIONS.get(call.name)
  return spec !== undefined && paramAt(spec, position)?.type === 'property'
}

const PATTERN_FUNCTIONS = new Set(['matches', 'regexGroup', 'replaceAll'])

const checkPatternOf = (checker: Checker, call: CallExpression): void => {
  const pattern = call.args[1]
  if (!PATTERN_FUNCTIONS.has(call.name) || pattern?.kind !== 'literal') return
  const wrong = typeof pattern.value === 'string' ? checker.checkPattern(pattern.value) : null
  if (wrong === null) return
  checker.reporter.error('pattern_invalid', pattern.span, `This regular expression is not valid: ${wrong}`)
}

const argumentsMessage = (call: CallExpression, spec: FunctionSpec): string => {
  const [fewest, most] = [fewestArguments(spec), mostArguments(spec)]
  const range =
    fewest === most ? `${fewest}` : Number.isFinite(most) ? `${fewest} to ${most}` : `at least ${fewest}`
  return `${call.name} takes ${range} values, not ${call.args.length}: ${call.name}${signatureOf(spec)}`
}
