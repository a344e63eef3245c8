/** HTTP calls to a running server, and its refusals as lines for a person. Knows no route. */
import { Unreachable } from './command.ts'

/** One call. */
export interface Call {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** An answer: its status and its JSON (null when there is none). */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | null
}

/** Sends the call; `Unreachable` when no answer comes within 60 seconds, the longest that the API itself takes. */
export const callServer = async ({ url, method = 'GET', headers = {}, body }: Call): Promise<Answer> => {
  const answer = await send(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  return { status: answer.status, body: toObject(await answer.text()) }
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

const send = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw new Unreachable(
      `There is no answer from ${new URL(url).origin}.`,
      'Start Carillon with npm start, or name another --url.',
      cause,
    )
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
