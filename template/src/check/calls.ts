/** Checks calls: the function, the number of its arguments, and their types. */
import type { CallExpression, Expression } from '../ast.ts'
import type { Finding } from '../diagnostics.ts'
import {
  type FunctionSpec,
  fewestArguments,
  mostArguments,
  type Param,
  type ParamType,
  paramAt,
  signatureOf,
} from '../functions/function-spec.ts'
import { propertyKeys } from '../functions/property-path.ts'
import { nearestWord } from '../nearest.ts'
import { type Checker, quote, reportError, reportWarning } from './checker.ts'
import { adviceFor, convert, isNumberText } from './conversions.ts'
import { replaceWord, writeProperty } from './edits.ts'
import { hintOf, type Part, partOf, typeOfNamedPart } from './paths.ts'
import { ANY, BOOLEAN, DATE, elementOf, inWords, listOf, NUMBER, TEXT, type Type } from './types.ts'

/** Checks a call whose arguments are checked already, and tells the type of its result. */
export const typeOfCall = (checker: Checker, call: CallExpression, types: readonly Type[]): Type => {
  const spec = checker.functions.get(call.name)
  if (spec === undefined) {
    reportUnknownFunction(checker, call)
    return ANY
  }
  if (call.args.length < fewestArguments(spec) || call.args.length > mostArguments(spec)) {
    const message = argumentsMessage(call, spec)
    reportError(checker, () => ({ code: 'arguments_wrong', span: call.span, message }))
  }
  for (const [position, argument] of call.args.entries()) {
    const param = paramAt(spec, position)
    if (param === undefined) continue
    if (param.type === 'property')
      checkProperty(checker, call, { spec, argument, list: types[position - 1] ?? ANY })
    else checkArgument(checker, { call, argument, param, type: types[position] ?? ANY })
  }
  checkPattern(checker, call)
  if (spec.reads === 'profile') checkProfile(checker, call)
  return resultOf(checker, { call, spec, types })
}

const reportUnknownFunction = (checker: Checker, call: CallExpression): void => {
  reportError(checker, () => {
    const nearest = nearestWord(call.name, checker.functions.keys())
    const message = `There is no function "${call.name}".${hintOf(nearest, [])}`
    const finding = { code: 'function_unknown' as const, span: call.nameSpan, message }
    return nearest === null
      ? finding
      : { ...finding, fix: replaceWord(checker.source, call.nameSpan, nearest) }
  })
}

const argumentsMessage = (call: CallExpression, spec: FunctionSpec): string => {
  const [fewest, most] = [fewestArguments(spec), mostArguments(spec)]
  const range =
    fewest === most ? `${fewest}` : Number.isFinite(most) ? `${fewest} to ${most}` : `at least ${fewest}`
  return `${call.name} takes ${range} values, not ${call.args.length}: ${call.name}${signatureOf(spec)}`
}

const PATTERN_FUNCTIONS = new Set(['matches', 'regexGroup', 'replaceAll'])

const checkPattern = (checker: Checker, call: CallExpression): void => {
  const pattern = call.args[1]
  if (!PATTERN_FUNCTIONS.has(call.name) || pattern?.kind !== 'literal') return
  const wrong = typeof pattern.value === 'string' ? checker.wrongPattern(pattern.value) : null
  if (wrong === null) return
  const message = `This regular expression is not valid: ${wrong}`
  reportError(checker, () => ({ code: 'pattern_invalid', span: pattern.span, message }))
}

/** A function that looks at the profile by itself is as good as a path of it. */
const checkProfile = (checker: Checker, call: CallExpression): void => {
  if (!checker.forbidProfile) return
  const message = `${call.name} asks the profile, and this campaign has no profiles`
  reportError(checker, () => ({ code: 'profile_forbidden', span: call.nameSpan, message }))
}

interface Given {
  readonly call: CallExpression
  readonly argument: Expression
  readonly param: Param
  readonly type: Type
}

/** `error`: the function gives nothing useful; `advice`: it has a reading that was probably not meant. */
type Verdict = 'fits' | 'advice' | 'error'

const checkArgument = (checker: Checker, given: Given): void => {
  const verdict = verdictOn(given.param.type, given.type)
  if (verdict === 'fits') return
  const report = verdict === 'error' ? reportError : reportWarning
  report(checker, () => argumentFinding(checker, given))
}

const verdictOn = (wanted: ParamType, type: Type): Verdict => {
  if (type.kind === 'any' || type.kind === 'null') return 'fits'
  switch (wanted) {
    case 'any':
    case 'property':
      return 'fits'
    case 'text':
      // Numbers, dates and truth values have one text, as in the output; a list prints with commas.
      if (type.kind === 'object') return 'error'
      return type.kind === 'list' ? 'advice' : 'fits'
    case 'number':
      return verdictOnNumber(type)
    case 'boolean':
      return type.kind === 'boolean' ? 'fits' : 'error'
    case 'date':
      return verdictOnDate(type)
    case 'list':
      // One value is read as a list of one.
      return type.kind === 'list' ? 'fits' : type.kind === 'object' ? 'error' : 'advice'
    case 'numbers':
      return verdictOnNumbers(type)
    case 'map':
      return type.kind === 'object' ? 'fits' : 'error'
  }
}

// Some functions read a number that is written as a text, and attributes of calls usually are texts.
const verdictOnNumber = (type: Type): Verdict => {
  if (type.kind === 'number') return 'fits'
  if (type.kind !== 'text') return 'error'
  return type.value === undefined || isNumberText(type.value) ? 'advice' : 'error'
}

const verdictOnDate = (type: Type): Verdict => {
  if (type.kind === 'date' || (type.kind === 'text' && type.dateLike)) return 'fits'
  return type.kind === 'text' && type.value === undefined ? 'advice' : 'error'
}

const verdictOnNumbers = (type: Type): Verdict => {
  if (type.kind === 'list') {
    const fits = ['any', 'null', 'number'].includes(type.item.kind)
    return fits ? 'fits' : 'error'
  }
  return type.kind === 'number' ? 'advice' : 'error'
}

const WANTED: Readonly<Record<ParamType, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date',
  list: 'a list',
  numbers: 'a list of numbers',
  map: 'an object',
  any: 'any value',
  property: 'the name of a property',
}

const argumentFinding = (checker: Checker, given: Given): Finding => {
  const { call, argument, param, type } = given
  const wanted = WANTED[param.type]
  const to = param.type === 'number' || param.type === 'boolean' || param.type === 'date' ? param.type : 'any'
  const joins = param.type === 'text' && type.kind === 'list' && type.item.kind !== 'object'
  const advice = joins ? ': put it together with join' : adviceFor(type, to)
  const message = `${call.name} takes ${wanted} for "${param.name}", and ${quote(checker, argument.span)} is ${inWords(type)}${advice}`
  const fix = convert(checker, argument, { from: type, to })
  const finding: Finding = { code: 'type_mismatch', span: argument.span, message }
  return fix === null ? finding : { ...finding, fix }
}

/** A property is looked for in the elements of the list before it, not among the names of the template. */
const checkProperty = (
  checker: Checker,
  call: CallExpression,
  at: { readonly spec: FunctionSpec; readonly argument: Expression; readonly list: Type },
): void => {
  const { spec, argument, list } = at
  const steps = propertyKeys(argument)
  if (steps === null) {
    const message = `${call.name} takes the name of a property here, such as price: ${call.name}${signatureOf(spec)}`
    reportError(checker, () => ({ code: 'arguments_wrong', span: argument.span, message }))
    return
  }
  let type = elementOf(list)
  for (const step of steps) {
    const part: Part = partOf(type, step)
    if (!part.found) {
      reportMissingProperty(checker, argument, { step, part, isWhole: steps.length === 1 })
      return
    }
    type = part.type
  }
}

const reportMissingProperty = (
  checker: Checker,
  argument: Expression,
  missing: {
    readonly step: string
    readonly part: Part & { readonly found: false }
    readonly isWhole: boolean
  },
): void => {
  const { step, part, isWhole } = missing
  reportError(checker, () => {
    const known = part.reason === 'unknown' ? part.known : []
    const nearest = nearestWord(step, known)
    const of = part.reason === 'unknown' ? '' : `, which are ${inWords(part.of)}`
    const message = `The elements of the list${of} have no "${step}".${hintOf(nearest, known)}`
    const fix =
      nearest === null || !isWhole ? undefined : writeProperty(checker.source, argument.span, nearest)
    const finding: Finding = { code: 'path_unknown', span: argument.span, message }
    return fix === undefined ? finding : { ...finding, fix }
  })
}

const RESULTS: Readonly<Partial<Record<FunctionSpec['returns'], Type>>> = {
  text: TEXT,
  number: NUMBER,
  boolean: BOOLEAN,
  date: DATE,
}

const resultOf = (
  checker: Checker,
  made: { readonly call: CallExpression; readonly spec: FunctionSpec; readonly types: readonly Type[] },
): Type => {
  const { call, spec } = made
  const [first = ANY] = made.types
  if (spec.yields === 'member') return memberResult(checker, call, first)
  if (spec.yields === 'element' || spec.returns === 'item') return elementOf(first)
  if (spec.yields === 'list') return first.kind === 'list' ? listOf(first.item) : listOf(ANY)
  return spec.returns === 'list' ? listResult(spec) : (RESULTS[spec.returns] ?? ANY)
}

/** `get(map, "key")` of an object that declares its properties. */
const memberResult = (checker: Checker, call: CallExpression, map: Type): Type => {
  const key = call.args[1]
  if (map.kind !== 'object' || key === undefined) return ANY
  return typeOfNamedPart(checker, { owner: call.args[0] ?? key, key, object: map })
}

/** The texts of a text, or a list of anything. */
const listResult = (spec: FunctionSpec): Type => listOf(spec.params[0]?.type === 'text' ? TEXT : ANY)
