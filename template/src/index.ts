/** The public face of the template package: what the server and the studio may use, by name. */
export { type Ast, LOOP_NAMES, type LoopName } from './ast.ts'
export { type CheckOptions, checkAst, checkTemplate } from './check/check.ts'
export { checkSchema, type SchemaMistake } from './check/schema-check.ts'
export { type SchemaPath, schemaPaths, typeAtPath } from './check/schema-paths.ts'
export type { JsonSchema } from './check/schema-type.ts'
export { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic-catalogue.ts'
export { type Diagnostic, type Fix, hasErrors } from './diagnostics.ts'
export type { Target } from './escape.ts'
export { fragmentIds } from './fragments.ts'
export { type FunctionSpec, signatureOf } from './functions/function-spec.ts'
export { FUNCTIONS } from './functions/function-table.ts'
export { type InferredSchema, inferSchema } from './infer-schema.ts'
export {
  DEFAULT_LIMITS,
  type Limits,
  RENDER_ERROR_CODES,
  RenderError,
  type RenderErrorCode,
} from './limits.ts'
export {
  type Encrypted,
  type FragmentLibrary,
  type FragmentSource,
  type Outside,
  PENDING,
  type Pending,
} from './outside.ts'
export { type ParseOptions, parseTemplate } from './parse.ts'
export { HELPERS, type HelperName } from './parse-helper.ts'
export type { RenderEnvironment } from './run.ts'
export { type Sample, type SamplePayload, samplePayload } from './sample.ts'
export { plainForGsm } from './sms/gsm-alphabet.ts'
export { measureSms, type SmsCoding, type SmsMeasure } from './sms/segments.ts'
export {
  type CompiledTemplate,
  type CompileOptions,
  type CompileResult,
  compileTemplate,
  type RenderData,
} from './template.ts'
export { type Zone, zoneOf } from './time/zones.ts'
export { type Tag, type TagKind, tokenize } from './tokenize.ts'
export type { TemplateVariable } from './variable-uses.ts'
export { variables } from './variables.ts'
