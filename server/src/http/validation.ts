/** How requests are checked against the contract: bodies as they are, query strings with their texts read as types. */
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'

// Everything wrong is told at once; what that costs is bounded by the body's limit and the schemas' own.
const SHARED: Options = { allErrors: true, removeAdditional: false, strict: false, validateFormats: true }

/** Checks one part of a request; `errors` are those of the last check. */
interface Check {
  (data: unknown): boolean
  errors: ErrorObject[] | null
}

// The hundreds of schemas of all routes take longer to compile than the rest of a start; most are never asked.
const whenAsked = (compile: () => ValidateFunction): Check => {
  let compiled: ValidateFunction | undefined
  const check: Check = Object.assign(
    (data: unknown): boolean => {
      compiled ??= compile()
      const isValid = compiled(data)
      check.errors = compiled.errors ?? null
      return isValid
    },
    { errors: null as ErrorObject[] | null },
  )
  return check
}

/** The compiler that Fastify asks for every route and part; a schema is compiled when a request first meets it. */
export const createValidatorCompiler = (): FastifySchemaCompiler<object> => {
  const bodies = new Ajv({ ...SHARED, coerceTypes: false })
  const queries = new Ajv({ ...SHARED, coerceTypes: true, useDefaults: true })
  for (const ajv of [bodies, queries]) addFormats.default(ajv, ['uuid', 'date-time'])
  return ({ schema, httpPart }) => whenAsked(() => (httpPart === 'body' ? bodies : queries).compile(schema))
}
