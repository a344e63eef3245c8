/**
 * What the stand-ins of the push platforms share. A stand-in reads a call as its platform does, signature, headers and
 * body, and answers in its words; tests and the sandbox use the same ones. Knows no server.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { PushPlatform } from '../push.ts'

/** A call that came whole. */
export interface StandInCall {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What is answered. */
export interface StandInAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A notification that a stand-in took. */
export interface ReceivedPush {
  readonly platform: PushPlatform
  readonly token: string
  /** The payload as the app or the browser would get it. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly headers: IncomingHttpHeaders
}

/** The answer, and the notification when it was taken. */
export interface Verdict {
  readonly answer: StandInAnswer
  readonly received?: ReceivedPush
}

/** Reads calls of one platform; undefined: the call is not for it. */
export type StandIn = (call: StandInCall) => Promise<Verdict | undefined>

/** A member of what may be no object. */
export const memberOf = (tree: unknown, name: string): unknown =>
  typeof tree === 'object' && tree !== null && Object.hasOwn(tree, name)
    ? (tree as Record<string, unknown>)[name]
    : undefined

/** The JSON object in a body; undefined: it is none. */
export const objectIn = (body: Buffer): Record<string, unknown> | undefined => {
  try {
    const tree: unknown = JSON.parse(body.toString())
    return typeof tree === 'object' && tree !== null && !Array.isArray(tree)
      ? (tree as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
