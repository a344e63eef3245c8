/** Whether a rule from outside is one: every mistake with its own pointer. Knows no database. */
import {
  type AudienceRule,
  CONDITIONS,
  MAX_RULE_CONDITIONS,
  MAX_RULE_DEPTH,
  VALUE_TESTS,
} from '@carillon/contract'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { Fault, type Problem } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import { escapeSegment } from '../lib/unstorable.ts'

type Members = Readonly<Record<string, unknown>>

const ajv = new Ajv({ allErrors: true, strict: false })
addFormats.default(ajv, ['uuid'])

interface Checks {
  readonly names: readonly string[]
  get(name: string): ValidateFunction | undefined
}

// Ajv keeps what it compiled, so each is compiled when it is first asked for: a start does not wait for them.
const checksOf = (schemas: Readonly<Record<string, object>>): Checks => ({
  names: Object.keys(schemas),
  get: name => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined
    return schema === undefined ? undefined : ajv.compile(schema)
  },
})
const VALUE_CHECKS = checksOf(VALUE_TESTS)
const CONDITION_CHECKS = checksOf(CONDITIONS)
const GROUPS: readonly unknown[] = ['and', 'or', 'not']
const KINDS = [...GROUPS, 'attribute', ...CONDITION_CHECKS.names].join(', ')
const OPERATORS = VALUE_CHECKS.names.join(', ')

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const MESSAGES: Readonly<Record<string, string>> = {
  required: 'is missing',
  additionalProperties: 'is not a member of this condition',
  pattern: 'must be a date (2026-01-31) or a date and time with its offset',
}

const toProblem = (error: ErrorObject, pointer: string): Problem => {
  const member: unknown = error.params['missingProperty'] ?? error.params['additionalProperty']
  const place = typeof member === 'string' ? `/${escapeSegment(member)}` : ''
  return {
    pointer: `${pointer}${error.instancePath}${place}`,
    message: MESSAGES[error.keyword] ?? error.message ?? 'is not valid',
  }
}

const problemsBy = (check: ValidateFunction, value: unknown, pointer: string): Problem[] => {
  if (check(value)) return []
  // Of a choice of types, each says that it was not met.
  const telling = (check.errors ?? []).filter(error => error.keyword !== 'anyOf')
  const problems = telling.map(error => toProblem(error, pointer))
  return [...new Map(problems.map(one => [one.pointer, one])).values()]
}

const testProblems = (test: unknown, pointer: string): Problem[] => {
  if (!isMembers(test)) return [{ pointer, message: 'must be an object' }]
  const check = VALUE_CHECKS.get(String(test['operator']))
  if (check === undefined) return [{ pointer: `${pointer}/operator`, message: `must be one of ${OPERATORS}` }]
  return problemsBy(check, test, pointer)
}

const idProblems = (condition: Members, pointer: string): Problem[] =>
  ['campaignId', 'audienceId'].flatMap(name => {
    const id = condition[name]
    return typeof id === 'string' && !isUuid(id)
      ? [{ pointer: `${pointer}/${name}`, message: 'is not an id' }]
      : []
  })

const conditionProblems = (condition: Members, pointer: string): Problem[] => {
  if (condition['kind'] === 'attribute') {
    const { kind: _, ...test } = condition
    return testProblems(test, pointer)
  }
  const check = CONDITION_CHECKS.get(String(condition['kind']))
  if (check === undefined) return [{ pointer: `${pointer}/kind`, message: `must be one of ${KINDS}` }]
  const problems = problemsBy(check, condition, pointer)
  if (problems.length > 0) return problems
  const where = condition['where']
  const tests = Array.isArray(where) ? where : []
  return [
    ...idProblems(condition, pointer),
    ...tests.flatMap((test, index) => testProblems(test, `${pointer}/where/${index}`)),
  ]
}

interface Seen {
  conditions: number
}

const groupProblems = (group: Members, at: { pointer: string; depth: number }, seen: Seen): Problem[] => {
  const { rules, kind: _, ...others } = group
  const { pointer, depth } = at
  const foreign = Object.keys(others).map(name => ({
    pointer: `${pointer}/${escapeSegment(name)}`,
    message: 'is not a member of a group',
  }))
  if (!Array.isArray(rules)) return [...foreign, { pointer: `${pointer}/rules`, message: 'must be an array' }]
  const isEverybody = depth === 1 && group['kind'] === 'and'
  if (rules.length === 0 && !isEverybody)
    return [...foreign, { pointer: `${pointer}/rules`, message: 'must have at least 1' }]
  if (depth === MAX_RULE_DEPTH)
    return [{ pointer, message: `is nested deeper than ${MAX_RULE_DEPTH} levels` }]
  return [
    ...foreign,
    ...rules.flatMap((rule, index) =>
      ruleProblems(rule, { pointer: `${pointer}/rules/${index}`, depth: depth + 1 }, seen),
    ),
  ]
}

const ruleProblems = (rule: unknown, at: { pointer: string; depth: number }, seen: Seen): Problem[] => {
  if (!isMembers(rule)) return [{ pointer: at.pointer, message: 'must be an object' }]
  if (GROUPS.includes(rule['kind'])) return groupProblems(rule, at, seen)
  seen.conditions += 1
  // What is too many is not looked at.
  return seen.conditions > MAX_RULE_CONDITIONS ? [] : conditionProblems(rule, at.pointer)
}

const lowered = (rule: AudienceRule): AudienceRule => {
  if ('rules' in rule) return { ...rule, rules: rule.rules.map(lowered) }
  if (rule.kind === 'audience') return { ...rule, audienceId: rule.audienceId.toLowerCase() }
  return rule.kind === 'message' || rule.kind === 'interaction'
    ? { ...rule, campaignId: rule.campaignId.toLowerCase() }
    : rule
}

/** The rule, its ids in lower case; refused with pointers below `pointer` when it is none. */
export const checkedRule = (rule: unknown, pointer: string): AudienceRule => {
  const seen: Seen = { conditions: 0 }
  const problems = ruleProblems(rule, { pointer, depth: 1 }, seen)
  if (seen.conditions > MAX_RULE_CONDITIONS)
    problems.unshift({ pointer, message: `must have at most ${MAX_RULE_CONDITIONS} conditions` })
  if (problems.length > 0) throw new Fault('payload_invalid', { problems: problems.slice(0, 50) })
  return lowered(rule as AudienceRule)
}
