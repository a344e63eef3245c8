/** The way checker tests are written: what is found as one line each, and what an edit makes of the source. */
import { type CheckOptions, checkTemplate } from '../check/check.ts'
import type { Diagnostic } from '../diagnostics.ts'

/** `code: the marked part of the source`; a warning has a question mark after its code. */
export const describeFinding = (source: string, found: Diagnostic): string =>
  `${found.code}${found.severity === 'warning' ? '?' : ''}: ${source.slice(found.offset, found.offset + found.length)}`

/** Everything that the checker finds, one line each. */
export const findings = (source: string, options: CheckOptions = {}): readonly string[] =>
  checkTemplate(source, options).map(found => describeFinding(source, found))

/** The source after an edit, or null where the finding has none. */
export const applyFix = (source: string, found: Diagnostic | undefined): string | null => {
  const edit = found?.fix?.edit ?? null
  if (edit === null) return null
  return source.slice(0, edit.offset) + edit.text + source.slice(edit.offset + edit.length)
}

/** The source after the first edit that the checker offers, or null. */
export const repaired = (source: string, options: CheckOptions = {}): string | null => {
  const found = checkTemplate(source, options).find(finding => finding.fix?.edit)
  return applyFix(source, found)
}
