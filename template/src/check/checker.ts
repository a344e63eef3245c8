/** What the parts of the checker share while one source is walked. Knows no rule of the language. */
import type { Expression, Span } from '../ast.ts'
import type { Finding, Reporter } from '../diagnostics.ts'
import type { Target } from '../escape.ts'
import type { FunctionSpec } from '../functions/function-spec.ts'
import type { PatternCheck } from '../functions/pattern.ts'
import type { Names, Scope } from '../scope.ts'
import type { Facts } from './facts.ts'
import type { Flow } from './flow.ts'
import type { FragmentReader } from './fragments.ts'
import type { NamedTypes } from './schema-type.ts'
import type { Type } from './types.ts'

/** What the checker knows of the item of a block. */
export interface Item {
  readonly type: Type
  /** Of `@key` and the second alias. */
  readonly key: Type
}

/** Where an expression stands. */
export type Place = Scope<Item> | null

/** One walk over one source. */
export interface Checker {
  readonly source: string
  readonly reporter: Reporter
  readonly names: Names
  readonly target: Target | undefined
  readonly forbidProfile: boolean
  /** True for a fragment that is checked on its own: a name that it does not know is a variable of the message. */
  readonly isFragment: boolean
  readonly functions: ReadonlyMap<string, FunctionSpec>
  /** What is wrong with a regular expression, or null. */
  readonly wrongPattern: PatternCheck
  readonly rootTypes: NamedTypes
  /** The rows of each lookup table; null where the tables are not known. */
  readonly datasetTypes: NamedTypes | null
  readonly fragments: FragmentReader
  readonly flow: Flow
  readonly facts: Facts
  /** Comparisons of a single value with a literal: two of them with different literals exclude each other. */
  readonly exclusive: Set<Expression>
  /** Fields that are declared so far. */
  readonly fields: Set<string>
  readonly metadataKeys: Set<string>
}

const MAX_QUOTED = 60

/** The source of a span as it can stand in a message. */
export const quote = (checker: Checker, span: Span): string => {
  const end = Math.min(span.end, span.start + 2 * MAX_QUOTED)
  const text = checker.source.slice(span.start, end).replace(/\s+/g, ' ')
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
}

/** Reports, and makes the finding only where there is room for it: hints cost time. */
export const reportError = (checker: Checker, make: () => Finding): void => {
  if (checker.reporter.takes('error')) checker.reporter.report('error', make())
}

/** The same for advice. */
export const reportWarning = (checker: Checker, make: () => Finding): void => {
  if (checker.reporter.takes('warning')) checker.reporter.report('warning', make())
}
