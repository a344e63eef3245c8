/** The public face of the template package: what the server and the studio may use, by name. */
export type { Ast } from './ast.ts'
export { type CheckOptions, checkTemplate } from './check/check.ts'
export { DIAGNOSTIC_CODES, type Diagnostic, type DiagnosticCode } from './diagnostics.ts'
export type { Target } from './escape.ts'
export {
  DEFAULT_LIMITS,
  type Limits,
  RENDER_ERROR_CODES,
  RenderError,
  type RenderErrorCode,
} from './limits.ts'
export { type ParseOptions, parseTemplate } from './parse.ts'
export type { RenderEnvironment } from './run.ts'
export { type Sample, type SamplePayload, samplePayload } from './sample.ts'
export {
  type CompiledTemplate,
  type CompileOptions,
  type CompileResult,
  compileTemplate,
  type RenderData,
} from './template.ts'
export type { TemplateVariable } from './variable-uses.ts'
export { variables } from './variables.ts'
