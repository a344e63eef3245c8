/** HTTP calls to a running server, and its refusals as lines for a person. Knows no route. */
import { EXIT, type Invocation, print, Unreachable } from './command.ts'

/** One call. */
export interface Call {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** A body that is no JSON; a stream may take as long as it does. */
  readonly bytes?: { readonly type: string; readonly content: Uint8Array<ArrayBuffer> | ReadableStream }
}

/** An answer: its status and its JSON (null when there is none). */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | null
}

/** Sends the call; `Unreachable` when no answer comes within 60 seconds, the longest that the API itself takes. */
export const callServer = async ({
  url,
  method = 'GET',
  headers = {},
  body,
  bytes,
}: Call): Promise<Answer> => {
  const json = body === undefined ? undefined : { type: 'application/json', content: JSON.stringify(body) }
  const sent = bytes ?? json
  const answer = await send(url, {
    method,
    headers: { ...headers, ...(sent === undefined ? {} : { 'content-type': sent.type }) },
    ...(sent === undefined ? {} : { body: sent.content }),
    ...(sent?.content instanceof ReadableStream
      ? { duplex: 'half' }
      : { signal: AbortSignal.timeout(60_000) }),
  })
  return toAnswer(answer)
}

/** Sends a call whose answer comes piece by piece for as long as it takes. A refusal is an `Answer`. */
export const streamServer = async ({
  url,
  headers = {},
}: Pick<Call, 'url' | 'headers'>): Promise<Answer | AsyncIterable<Uint8Array>> => {
  const answer = await send(url, { headers })
  if (answer.ok && answer.body !== null) return answer.body
  return toAnswer(answer)
}

/** The lines that tell why a call was refused: title and detail, then each wrong member. */
export const refusalLines = ({ status, body }: Answer): string[] => {
  const { title, detail, code, errors } = body ?? {}
  const head = [title, detail].filter(
    (part, index, all) => typeof part === 'string' && all.indexOf(part) === index,
  )
  const members = Array.isArray(errors) ? errors.map(memberLine) : []
  return [`${status} ${typeof code === 'string' ? `${code}: ` : ''}${head.join('. ')}`.trim(), ...members]
}

const memberLine = (error: unknown): string => {
  const { pointer, message } = error as { pointer?: unknown; message?: unknown }
  return `  ${String(pointer ?? '')} ${String(message ?? '')}`
}

/** A refusal of the server, thrown where a command ends with it. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super('refused')
    this.answer = answer
  }
}

/** Says why a call was refused, as the command's error; answers its exit code. */
export const refused = (invocation: Invocation, answer: Answer): number => {
  const { io } = invocation
  print({ ...invocation, io: { ...io, out: io.err } }, answer.body, refusalLines(answer))
  return EXIT.failed
}

const unreachable = (url: string, cause: unknown): Unreachable =>
  new Unreachable(
    `There is no answer from ${new URL(url).origin}.`,
    'Start Carillon with npm start, or name another --url.',
    cause,
  )

// An answer that breaks off is none.
const toAnswer = async (answer: Response): Promise<Answer> => {
  const text = await answer.text().catch((cause: unknown) => {
    throw unreachable(answer.url, cause)
  })
  return { status: answer.status, body: toObject(text) }
}

const send = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

const toObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
