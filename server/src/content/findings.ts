/** From what the language says of a template to a finding of the API. */
import type { Finding } from '@carillon/contract'
import type { Diagnostic } from '@carillon/template'

/** A finding about the template at a pointer. */
export const toFinding =
  (pointer: string) =>
  (diagnostic: Diagnostic): Finding => ({
    pointer,
    severity: diagnostic.severity,
    code: diagnostic.code,
    message: diagnostic.message,
    line: diagnostic.line,
    column: diagnostic.column,
    excerpt: diagnostic.excerpt,
    fix: diagnostic.fix.title,
  })

/** An error that stands nowhere in a template. */
export const placelessFinding = (
  pointer: string,
  { code, message }: { readonly code: string; readonly message: string },
): Finding => ({
  pointer,
  severity: 'error',
  code,
  message,
  line: null,
  column: null,
  excerpt: null,
  fix: null,
})
