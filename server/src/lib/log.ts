/** The shape of the one logger (pino); code below the roles gets it as a parameter. */

/** Structured logging: facts first, then a sentence. */
export interface Log {
  debug(facts: object, text: string): void
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

/** Says nothing; for tests and for commands that print only their result. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
