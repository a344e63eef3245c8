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
  /** Fragments within fragments. */
  readonly maxFragmentDepth: number
  /** Fragments of one template, each counted once. */
  readonly maxFragments: number
  /** Only watched when the caller passes `monotonicMs`. */
  readonly maxRenderMs: number
}

/** The bounds that hold where the caller gives none. */
export const DEFAULT_LIMITS: Limits = {
  maxSourceLength: 1_000_000,
  maxNesting: 64,
  maxOutputLength: 5_000_000,
  maxLoopSteps: 100_000,
  maxFragmentDepth: 5,
  maxFragments: 30,
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
  'pattern_invalid',
  'fragment_unknown',
  'fragment_broken',
  'fragment_too_deep',
  'lookup_failed',
  'lookup_missing',
  'encrypt_failed',
  'metadata_failed',
  'link_failed',
  'render_failed',
] as const
export type RenderErrorCode = (typeof RENDER_ERROR_CODES)[number]

/** What each means, as the error says it. */
export const RENDER_ERROR_MESSAGES: Readonly<Record<RenderErrorCode, string>> = {
  output_too_large: 'The rendered content is larger than allowed.',
  value_too_large: 'A computed value is larger than allowed.',
  too_many_loop_steps: 'The loops of this content run more often than allowed.',
  render_time_exceeded: 'Rendering takes longer than allowed.',
  pattern_invalid: 'This regular expression is not valid.',
  fragment_unknown: 'There is no published fragment of this id.',
  fragment_broken: 'The fragment has errors.',
  fragment_too_deep: 'Fragments are nested more deeply than allowed.',
  lookup_failed: 'There is no such lookup table.',
  lookup_missing: 'The lookup table has no row for this key, and the content requires one.',
  encrypt_failed: 'The text could not be encrypted.',
  metadata_failed: 'Metadata cannot be stored here.',
  link_failed: 'Links cannot be made here.',
  render_failed: 'This content could not be rendered.',
}

/** Where a render stopped, and a sentence where one knows more than the code. */
export interface RenderErrorPlace {
  readonly source: string
  readonly offset: number
  readonly fragment: string | null
  readonly detail?: string
}

/** The only error that `render` throws: which bound was met, and where in the source. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  readonly code: RenderErrorCode
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly excerpt: string
  /** The fragment that the position is in; null in the template itself. */
  readonly fragment: string | null

  constructor(code: RenderErrorCode, at: RenderErrorPlace) {
    const { source, offset, fragment } = at
    const position = describePosition(source, { start: offset, end: offset + 1 })
    const where = `line ${position.line}, column ${position.column}`
    super(
      `${at.detail ?? RENDER_ERROR_MESSAGES[code]} (${fragment === null ? where : `fragment ${fragment}, ${where}`})`,
    )
    this.code = code
    this.line = position.line
    this.column = position.column
    this.offset = offset
    this.fragment = fragment
    this.excerpt = position.excerpt
  }
}
