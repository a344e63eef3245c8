/** What a form of the public pages, or the mail program of a person, sent. */
import type { FastifyInstance } from 'fastify'

const LARGEST_FORM = 64 * 1024

/** Takes any body as text: a mail provider's one-click call comes as a form of either kind. */
export const readForms = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: LARGEST_FORM }, (_request, body, done) =>
    done(null, body),
  )
}

// RFC 7578, of which only the one field is asked for.
const ONE_CLICK_PART = /\bname="?List-Unsubscribe"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\s/i

/** The fields. */
export const fieldsOf = (body: unknown): URLSearchParams =>
  new URLSearchParams(typeof body === 'string' ? body : '')

/** Whether a mail program asks to unsubscribe (RFC 8058 §3.1): `List-Unsubscribe=One-Click`, in a form of either kind. */
export const isOneClick = (body: unknown): boolean =>
  typeof body === 'string' &&
  (fieldsOf(body.trim()).get('List-Unsubscribe') === 'One-Click' || ONE_CLICK_PART.test(body))
