/** From source to something that renders: the way in for callers. Pure: same source, data and environment, same text. */
import type { Ast } from './ast.ts'
import { type CheckOptions, checkAst } from './check/check.ts'
import { compileBody } from './compile.ts'
import { type Diagnostic, mergeDiagnostics, stopsRendering } from './diagnostics.ts'
import type { Target } from './escape.ts'
import { linkFragments } from './fragments.ts'
import { completeLimits, RenderError } from './limits.ts'
import { parseTemplate } from './parse.ts'
import type { Program } from './program.ts'
import { createRun, type RenderEnvironment, stop } from './run.ts'
import { DEFAULT_ROOTS } from './scope.ts'
import { ownProperty } from './values.ts'
import type { TemplateVariable } from './variable-uses.ts'
import { variables } from './variables.ts'

/** What a render is given: plain JSON by namespace. Only own data properties of it are ever read. */
export interface RenderData {
  readonly profile?: unknown
  readonly context?: unknown
  readonly [root: string]: unknown
}

/** How a template is compiled: what the checker may be told, and where the output goes. */
export interface CompileOptions extends CheckOptions {
  /** Decides how `{{x}}` and `{%= x %}` are escaped. */
  readonly target: Target
}

/** A template that is ready. It never changes, so one can serve any number of renders at once. */
export interface CompiledTemplate {
  /** The text for these data. Throws nothing but `RenderError`. */
  render(data: RenderData, environment?: RenderEnvironment): string
  /** Every path of the data that the content uses. */
  readonly variables: readonly TemplateVariable[]
  /**
   * Whether the text may hold markup that stands in none of the sources: by raw outputs and fields, or by fragments that
   * only data name. Where it is false, every `<` of an HTML text is the author's.
   */
  readonly printsMarkup: boolean
}

export type CompileResult =
  | { readonly ok: true; readonly template: CompiledTemplate; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/**
 * Compiles a source, or tells every mistake in it. Where it is ok, `diagnostics` can still hold mistakes that a person
 * must see before others get the text (`hasErrors`), such as a path that the schema does not have.
 */
export const compileTemplate = (source: string, options: CompileOptions): CompileResult => {
  const roots = options.roots ?? DEFAULT_ROOTS
  const parsed = parseTemplate(source, options)
  const diagnostics = mergeDiagnostics(parsed.diagnostics, checkAst(parsed.ast, options))
  if (stopsRendering(diagnostics)) return { ok: false, diagnostics }
  return { ok: true, template: createTemplate(parsed.ast, roots, options), diagnostics }
}

const createTemplate = (ast: Ast, roots: readonly string[], options: CompileOptions): CompiledTemplate => {
  const limits = completeLimits(options.limits)
  const shared = linkFragments(ast, roots, options)
  const program = compileBody(ast.body, shared)
  return {
    variables: variables(ast, roots, options.fragments),
    printsMarkup: shared.printsMarkup,
    render: (data, environment = {}) => {
      const values = roots.map(root => ownProperty(data, root))
      const run = createRun(ast.source, limits, { environment, roots: values, depth: program.depth })
      return runProgram(program, run)
    },
  }
}

const runProgram = (program: Program, run: ReturnType<typeof createRun>): string => {
  try {
    program.emit(run)
  } catch (error) {
    if (error instanceof RenderError) throw error
    return stop(run, 'render_failed', 0)
  }
  return run.out
}
