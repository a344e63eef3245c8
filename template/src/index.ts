/** The public face of the template package: what the server and the studio may use, by name. */
export { type Ast, LOOP_NAMES, type LoopName } from './ast.ts'
export { type CheckOptions, checkTemplate } from './check.ts'
export {
  DIAGNOSTIC_CODES,
  type Diagnostic,
  type DiagnosticCode,
  type Fix,
} from './diagnostics.ts'
export type { Target } from './escape.ts'
export { type FunctionSpec, signatureOf } from './functions/function-spec.ts'
export { FUNCTIONS } from './functions/function-table.ts'
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
export { type Tag, type TagKind, tokenize } from './tokenize.ts'
export type { TemplateVariable } from './variable-uses.ts'
export { variables } from './variables.ts'
