/** Says what a person can do about a problem. Pure, so that it can be tested for every code. */
import { ApiProblem, type Problem } from '../api.ts'
import type { Key } from '../i18n/translate.ts'

/** The code of what the studio threw itself. */
const STUDIO = 'studio'

/** The problem behind anything that was thrown. */
export const problemFrom = (error: unknown): Problem => {
  if (error instanceof ApiProblem) return error.problem
  const title = error instanceof Error ? error.message : String(error)
  return { code: STUDIO, status: 0, title, detail: '', instance: '', errors: [] }
}

const BY_CODE: Readonly<Record<string, Key>> = {
  network: 'problem.networkDo',
  link_invalid: 'problem.do.link',
  credentials_wrong: 'problem.do.credentials',
  message_state: 'problem.do.stale',
}
const BY_STATUS: Readonly<Record<number, Key>> = {
  400: 'problem.do.input',
  401: 'problem.do.session',
  403: 'problem.do.forbidden',
  404: 'problem.do.notFound',
  409: 'problem.do.stale',
  429: 'problem.do.limited',
}

/** The sentence that says what to do next; null where the studio itself has said all there is. */
export const adviceOf = (problem: Problem): Key | null =>
  problem.code === STUDIO ? null : (BY_CODE[problem.code] ?? BY_STATUS[problem.status] ?? 'problem.do.server')
