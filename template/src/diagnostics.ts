/** What is wrong with a template, collected while it is parsed and checked. Knows nothing of the language itself. */
import type { Span } from './ast.ts'
import { DIAGNOSTICS, type DiagnosticCode } from './diagnostic-catalogue.ts'
import { describePosition, findLineStarts } from './positions.ts'

/** Mistakes with which a template can still be rendered: what it prints is only not what its author meant. */
const RENDERABLE: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'name_unknown',
  'type_mismatch',
  'path_unknown',
  'variable_unset',
  'profile_forbidden',
  'fragment_unknown',
  'fragment_broken',
  'fragment_recursive',
  'table_unknown',
])

/** What mends a finding: a sentence, and where a machine can do it, the text to put in place of a range of the source. */
export interface Fix {
  readonly title: string
  readonly edit: { readonly offset: number; readonly length: number; readonly text: string } | null
}

/** One finding. `offset` and `length` are UTF-16 units and lie inside the source; `message` says what to do. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  /** A template with an error does not compile; a warning is advice. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly length: number
  readonly excerpt: string
  readonly fix: Fix
}

/** A finding as it is reported: where, what is wrong, and what to do about it. */
export interface Finding {
  readonly code: DiagnosticCode
  readonly span: Span
  readonly message: string
  readonly fix?: { readonly title: string; readonly edit?: { readonly span: Span; readonly text: string } }
}

/** Collects findings about one source. */
export interface Reporter {
  error(code: DiagnosticCode, span: Span, message: string): void
  warn(code: DiagnosticCode, span: Span, message: string): void
  /** The same with everything that can be said. */
  report(severity: Diagnostic['severity'], finding: Finding): void
  /** True while findings of this severity are taken: to make one costs time. */
  takes(severity: Diagnostic['severity']): boolean
  /** True when no more errors are taken, so that parsing and checking can stop. */
  isFull(): boolean
  readonly diagnostics: readonly Diagnostic[]
}

// A person repairs a handful at a time; the cap also bounds the work that a hostile source can ask for.
const MAX_DIAGNOSTICS = 100

const inside = (source: string, span: Span): { offset: number; length: number } => {
  const offset = Math.max(0, Math.min(span.start, source.length - 1))
  return { offset, length: Math.max(0, Math.min(Math.max(span.end, offset + 1), source.length) - offset) }
}

const toFix = (source: string, { code, fix }: Finding): Fix => {
  const { title, edit } = fix ?? { title: DIAGNOSTICS[code].remedy }
  if (edit === undefined) return { title, edit: null }
  const offset = Math.max(0, Math.min(edit.span.start, source.length))
  return {
    title,
    edit: { offset, length: Math.max(0, Math.min(edit.span.end, source.length) - offset), text: edit.text },
  }
}

/** Creates a reporter for one source. It takes a hundred errors and a hundred warnings, so that none hides the others. */
export const createReporter = (source: string): Reporter => {
  const diagnostics: Diagnostic[] = []
  const counts = { error: 0, warning: 0 }
  let starts: readonly number[] | undefined
  const report = (severity: Diagnostic['severity'], finding: Finding) => {
    if (counts[severity] >= MAX_DIAGNOSTICS) return
    counts[severity] += 1
    const { offset, length } = inside(source, finding.span)
    starts ??= findLineStarts(source)
    const position = describePosition(source, { start: offset, end: offset + length }, starts)
    const fix = toFix(source, finding)
    diagnostics.push({
      code: finding.code,
      severity,
      message: finding.message,
      ...position,
      offset,
      length,
      fix,
    })
  }
  return {
    error: (code, span, message) => report('error', { code, span, message }),
    warn: (code, span, message) => report('warning', { code, span, message }),
    report,
    takes: severity => counts[severity] < MAX_DIAGNOSTICS,
    isFull: () => counts.error >= MAX_DIAGNOSTICS,
    diagnostics,
  }
}

/** True when one of them is a mistake; the rest is advice. */
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(diagnostic => diagnostic.severity === 'error')

/** True when one of them keeps the template from being rendered at all. */
export const stopsRendering = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity, code }) => severity === 'error' && !RENDERABLE.has(code))

/** The diagnostics in the order of the source. */
export const inSourceOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  [...diagnostics].sort((a, b) => a.offset - b.offset)

/** The findings of several looks at one source as one list, in its order: a hundred at most, errors before warnings. */
export const mergeDiagnostics = (...lists: readonly (readonly Diagnostic[])[]): readonly Diagnostic[] => {
  const all = lists.flat()
  const errors = all.filter(diagnostic => diagnostic.severity === 'error').slice(0, MAX_DIAGNOSTICS)
  const warnings = all.filter(diagnostic => diagnostic.severity === 'warning')
  return inSourceOrder([...errors, ...warnings.slice(0, MAX_DIAGNOSTICS - errors.length)])
}
