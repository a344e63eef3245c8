/** How requests are checked against the contract: bodies as they are, query strings with their texts read as types. */
import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'

// Everything wrong is told at once; what that costs is bounded by the body's limit and the schemas' own.
const SHARED: Options = { allErrors: true, removeAdditional: false, strict: false, validateFormats: true }

/** The compiler that Fastify asks for every route and part. */
export const createValidatorCompiler = (): FastifySchemaCompiler<object> => {
  const bodies = new Ajv({ ...SHARED, coerceTypes: false })
  const queries = new Ajv({ ...SHARED, coerceTypes: true, useDefaults: true })
  for (const ajv of [bodies, queries]) addFormats.default(ajv, ['uuid', 'date-time'])
  return ({ schema, httpPart }) => (httpPart === 'body' ? bodies : queries).compile(schema)
}
