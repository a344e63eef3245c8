/** The one error class for what a caller can meet; its code comes from the contract's catalogue. */
import { ERRORS, type ErrorCode } from '@carillon/contract'

/** One wrong member of a request: a JSON pointer (RFC 6901) and what is wrong with it, for a person. */
export interface Problem {
  readonly pointer: string
  readonly message: string
}

/** What goes with a fault: the sentence for this case, the wrong members, and, for 429 and 503, when to come back. */
export interface FaultDetails {
  readonly detail?: string
  readonly problems?: readonly Problem[]
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** A refusal or failure with a stable code. Only `http/problem.ts` and the CLI turn it into something shown. */
export class Fault extends Error {
  readonly code: ErrorCode
  readonly details: FaultDetails

  constructor(code: ErrorCode, details: FaultDetails = {}) {
    super(details.detail ?? ERRORS[code].title, { cause: details.cause })
    this.name = 'Fault'
    this.code = code
    this.details = details
  }
}
