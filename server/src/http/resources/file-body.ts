/** Files of rows as bodies: `text/csv` or JSON Lines, taken as the bytes come. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What such a body may be. */
export const FILE_TYPES = ['text/csv', 'application/x-ndjson', 'application/jsonl'] as const

/** Lets the routes of a plugin take files, which are not read into memory. */
export const takeFiles = (app: FastifyInstance): void => {
  app.addContentTypeParser([...FILE_TYPES], (_request, payload, done) => done(null, payload))
}

/** Bytes on their way; none, where the body is empty. */
export const bodyOf = (request: FastifyRequest): AsyncIterable<Buffer> =>
  request.body instanceof Readable ? request.body : Readable.from([])

/** What the body says that it is. */
export const formatOf = (request: FastifyRequest): 'csv' | 'jsonl' =>
  request.headers['content-type']?.toLowerCase().startsWith('text/csv') === true ? 'csv' : 'jsonl'
