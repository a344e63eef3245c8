/** What can keep the embedded database from starting, with what to do about it. */

/** The kinds of refusal. */
export type StartErrorCode = 'already_running' | 'no_binary' | 'no_user' | 'other_major' | 'did_not_start'

/** A start that was refused; `hint` is a sentence for the person who started it. */
export class StartError extends Error {
  readonly code: StartErrorCode
  readonly hint: string

  constructor(code: StartErrorCode, message: string, hint: string) {
    super(message)
    this.name = 'StartError'
    this.code = code
    this.hint = hint
  }
}
