/** What a template may cost, and the error of a render that costs more. Knows no clock: one is passed in. */
import { describePosition } from './positions.ts'

/** The bounds of one template and of one render. Sizes are in characters (UTF-16 units). */
export interface Limits {
  readonly maxSourceLength: number
  /** Blocks within blocks, and parentheses, calls and arrays within one expression. */
  readonly maxNesting: number
  readonly maxOutputLength: number
  /** Iterations of all loops of one render together. */
  readonly maxLoopSteps: number
  /** Only watched when the caller passes `monotonicMs`. */
  readonly maxRenderMs: number
}

/** The bounds that hold where the caller gives none. */
export const DEFAULT_LIMITS: Limits = {
  maxSourceLength: 1_000_000,
  maxNesting: 64,
  maxOutputLength: 5_000_000,
  maxLoopSteps: 100_000,
  maxRenderMs: 1_000,
}

/** Fills the gaps of a partial set with the defaults. */
export const completeLimits = (limits: Partial<Limits> = {}): Limits => ({ ...DEFAULT_LIMITS, ...limits })

/** Stable names of everything that can stop a render. */
export const RENDER_ERROR_CODES = [
  'output_too_large',
  'value_too_large',
  'too_many_loop_steps',
  'render_time_exceeded',
  'pattern_unsupported',
  'render_failed',
] as const
export type RenderErrorCode = (typeof RENDER_ERROR_CODES)[number]

const MESSAGES: Record<RenderErrorCode, string> = {
  output_too_large: 'The rendered content is larger than allowed.',
  value_too_large: 'A computed value is larger than allowed.',
  too_many_loop_steps: 'The loops of this content run more often than allowed.',
  render_time_exceeded: 'Rendering takes longer than allowed.',
  pattern_unsupported: 'Regular expressions are not supported: this pattern holds special characters.',
  render_failed: 'This content could not be rendered.',
}

/** The only error that `render` throws: which bound was met, and where in the source. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  readonly code: RenderErrorCode
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly excerpt: string

  constructor(code: RenderErrorCode, source: string, offset: number) {
    const position = describePosition(source, { start: offset, end: offset + 1 })
    super(`${MESSAGES[code]} (line ${position.line}, column ${position.column})`)
    this.code = code
    this.line = position.line
    this.column = position.column
    this.offset = offset
    this.excerpt = position.excerpt
  }
}
