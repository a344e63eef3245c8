/** The schemas that describe profiles and contexts: what is refused, with pointers. Says nothing about data. */
import { MAX_SCHEMA_BYTES } from '@carillon/contract'
import { Fault, type Problem } from '../lib/fault.ts'

/** One thing that is wrong with a schema; the pointer is within the schema. */
type SchemaProblem = Problem

const problemsOf = (schema: Readonly<Record<string, unknown>>): readonly SchemaProblem[] => {
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_SCHEMA_BYTES)
    return [{ pointer: '', message: `must have at most ${MAX_SCHEMA_BYTES} bytes` }]
  if (schema['type'] !== 'object') return [{ pointer: '/type', message: 'must be "object"' }]
  return []
}

/** Refuses a schema with mistakes; `pointer` is where it stands in the request. Null and nothing are no schema. */
export const refuseBadSchema = (
  schema: Readonly<Record<string, unknown>> | null | undefined,
  pointer: string,
): void => {
  if (schema === null || schema === undefined) return
  const problems = problemsOf(schema).map(one => ({ ...one, pointer: `${pointer}${one.pointer}` }))
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}
