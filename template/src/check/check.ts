/** Finds the mistakes that a template can hold although it parses, in one walk in the order of the document. */
import type { Ast } from '../ast.ts'
import { createReporter, type Diagnostic, inSourceOrder, mergeDiagnostics } from '../diagnostics.ts'
import type { Target } from '../escape.ts'
import type { FunctionSpec } from '../functions/function-spec.ts'
import { FUNCTIONS } from '../functions/function-table.ts'
import { createPatternCheck, type PatternCheck } from '../functions/pattern.ts'
import { completeLimits } from '../limits.ts'
import type { FragmentLibrary } from '../outside.ts'
import { type ParseOptions, parseTemplate } from '../parse.ts'
import { DEFAULT_ROOTS } from '../scope.ts'
import type { Checker } from './checker.ts'
import { createFacts } from './facts.ts'
import { createFlow } from './flow.ts'
import { createFragmentReader, type FragmentReader, type FragmentWalk } from './fragments.ts'
import { checkBody } from './nodes.ts'
import { type JsonSchema, type NamedTypes, namedTypes } from './schema-type.ts'
import { survey } from './survey.ts'
import { ANY, type Type } from './types.ts'

/** What the checker may be told. What it is not told it does not complain about. */
export interface CheckOptions extends ParseOptions {
  /** The namespaces that the data has; `profile` and `context` when left out. */
  readonly roots?: readonly string[]
  /** Where the output goes. */
  readonly target?: Target
  /** JSON Schemas of namespaces. An object that lists its properties has no others, unless it says so. */
  readonly schemas?: { readonly [root: string]: JsonSchema }
  /**
   * The lookup tables there are, by name, with JSON Schemas of their rows (`true`: any row). Where they are told, another
   * name is a mistake.
   */
  readonly datasets?: { readonly [name: string]: JsonSchema }
  /** The fragments that a literal id can name. */
  readonly fragments?: FragmentLibrary
  /** True for campaigns that have no profiles. */
  readonly forbidProfile?: boolean
  /** True for a fragment on its own: names that it does not set are variables of the message around it. */
  readonly isFragment?: boolean
}

/** Parses and checks a source. An empty answer means that it compiles and nothing is worth a remark. */
export const checkTemplate = (source: string, options: CheckOptions = {}): readonly Diagnostic[] => {
  const { ast, diagnostics } = parseTemplate(source, options)
  return mergeDiagnostics(diagnostics, checkAst(ast, options))
}

/** Checks a tree that is already parsed. */
export const checkAst = (
  ast: Ast,
  options: CheckOptions = {},
  functions: ReadonlyMap<string, FunctionSpec> = FUNCTIONS,
): readonly Diagnostic[] => {
  const shared = {
    functions,
    wrongPattern: createPatternCheck(),
    rootTypes: namedTypes(options.schemas ?? {}),
    datasetTypes: options.datasets === undefined ? null : namedTypes(options.datasets),
  }
  const limits = completeLimits(options.limits)
  const walkFragment = (fragment: Ast, reader: FragmentReader): FragmentWalk => {
    const checker = createChecker(fragment, { ...options, isFragment: true }, { ...shared, reader })
    return toFragmentWalk(checker, checkTree(checker, fragment))
  }
  const reader = createFragmentReader(options.fragments, limits, walkFragment)
  return checkTree(createChecker(ast, options, { ...shared, reader }), ast)
}

const createChecker = (
  ast: Ast,
  options: CheckOptions,
  shared: {
    readonly functions: ReadonlyMap<string, FunctionSpec>
    readonly wrongPattern: PatternCheck
    readonly rootTypes: NamedTypes
    readonly datasetTypes: NamedTypes | null
    readonly reader: FragmentReader
  },
): Checker => {
  const { variables, ...loops } = survey(ast.body, node => namesOf(shared.reader.read(node)))
  return {
    source: ast.source,
    reporter: createReporter(ast.source),
    names: { roots: options.roots ?? DEFAULT_ROOTS, variables },
    target: options.target,
    forbidProfile: options.forbidProfile ?? false,
    isFragment: options.isFragment ?? false,
    functions: shared.functions,
    wrongPattern: shared.wrongPattern,
    rootTypes: shared.rootTypes,
    datasetTypes: shared.datasetTypes,
    fragments: shared.reader,
    flow: createFlow(loops),
    facts: createFacts(),
    exclusive: new Set(),
    fields: new Set(),
    metadataKeys: new Set(),
  }
}

const namesOf = (reading: ReturnType<FragmentReader['read']>): Iterable<string> | null => {
  if (reading?.kind !== 'ready' && reading?.kind !== 'broken') return null
  return reading.walk.isOpaque ? null : reading.walk.sets.keys()
}

const toFragmentWalk = (checker: Checker, diagnostics: readonly Diagnostic[]): FragmentWalk => {
  const { everSet, settings, isOpaque, epoch } = checker.flow
  const typeOf = (name: string): Type => {
    const setting = settings.get(name)
    return setting === undefined || setting.epoch !== epoch ? ANY : setting.type
  }
  const sets = new Map([...everSet].map(name => [name, typeOf(name)]))
  return { diagnostics, sets, fields: checker.fields, isOpaque }
}

const checkTree = (checker: Checker, ast: Ast): readonly Diagnostic[] => {
  checkBody(checker, ast.body, null)
  return inSourceOrder(checker.reporter.diagnostics)
}
