/** Serves the built studio: hashed assets for long, the page itself for every address that a browser opens. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

// Mantine sets styles at run time; mails in their sandboxed frames inherit this policy and may show images.
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https: http:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Security headers for everything that a browser may show. */
export const addBrowserHeaders = (reply: FastifyReply): void => {
  void reply.headers({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  })
}

const isPage = (request: FastifyRequest): boolean =>
  request.method === 'GET' &&
  !/^\/(?:api|ajo|ims|journey|assets)\//.test(request.url) &&
  (request.headers.accept ?? '').includes('text/html')

/** Registers the files; answers the handler for addresses that no route has. */
export const studioFiles = async (
  app: FastifyInstance,
  directory: string,
): Promise<(request: FastifyRequest, reply: FastifyReply) => boolean> => {
  const page = await readFile(join(directory, 'index.html'), 'utf8')
  await app.register(fastifyStatic, {
    root: directory,
    index: false,
    wildcard: false,
    setHeaders: (response, path) => {
      const isHashed = path.startsWith(join(directory, 'assets'))
      void response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return (request, reply) => {
    if (!isPage(request)) return false
    void reply.code(200).type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
    return true
  }
}
