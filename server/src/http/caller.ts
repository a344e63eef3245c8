/** Who calls, once authenticated: a client with a token or a person in the studio, and the sandbox they work in. */
import type { Sandbox } from '@carillon/contract'
import type { FastifyRequest } from 'fastify'
import { Fault } from '../lib/fault.ts'

/** The authenticated caller of a request. */
export interface Caller {
  readonly kind: 'client' | 'studio'
  readonly name: string
  readonly sandbox: Sandbox
  /** Of a studio session, for the routes that change the session itself. */
  readonly userId?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
}

/** The caller; routes behind an authentication hook always have one. */
export const callerOf = (request: FastifyRequest): Caller => {
  if (request.caller === null) throw new Fault('token_missing')
  return request.caller
}
