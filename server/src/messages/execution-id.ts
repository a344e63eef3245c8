/** Execution ids as callers see them: AJO's prefix for the kind, then our UUID. */
import { isUuid } from '../lib/ids.ts'

/** The kinds of execution. */
export type ExecutionKind = 'unitary' | 'test' | 'highthroughput' | 'audience'

const PREFIXES: Readonly<Record<ExecutionKind, string>> = {
  unitary: 'UMA',
  test: 'UMA',
  highthroughput: 'HUMA',
  audience: 'CMA',
}

/** The id that a caller is told. */
export const toExecutionId = (kind: ExecutionKind, id: string): string => `${PREFIXES[kind]}-${id}`

/** The UUID of a told id; undefined when the text cannot be one. */
export const parseExecutionId = (text: string): string | undefined => {
  const match = /^(?:UMA|HUMA|CMA)-(.+)$/.exec(text)
  return match?.[1] !== undefined && isUuid(match[1]) ? match[1].toLowerCase() : undefined
}
