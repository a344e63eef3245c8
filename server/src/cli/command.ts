/** What a command of the command line is, and what it is given. Knows no command. */
import type { Config } from '../config.ts'
import type { Clock } from '../lib/clock.ts'

/** The exit codes, as `carillon help` prints them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const

/** What each exit code means, for a person. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  failed: 'refused or failed; the reason is on stderr',
  usage: 'wrong command line or configuration; nothing was done',
  unreachable: 'no running server, or no database, could be reached',
}

/** Where a command writes: results to `out`, everything for the person to `err`, a line at a time. */
export interface Io {
  out(line: string): void
  err(line: string): void
}

/** An option: `value` is the placeholder shown in the help, absent for a switch. */
export interface Option {
  readonly value?: string
  readonly short?: string
  readonly multiple?: boolean
  readonly meaning: string
}

/** Options as they were given. */
export interface Values {
  /** The last value of an option, or undefined. */
  text(name: string): string | undefined
  /** All values of a repeatable option. */
  list(name: string): readonly string[]
  /** Whether a switch was given. */
  has(name: string): boolean
}

/** What a command runs with. `config` is read when asked for, so that help works beside a wrong configuration. */
export interface Invocation {
  readonly values: Values
  readonly positionals: readonly string[]
  readonly io: Io
  readonly clock: Clock
  readonly cwd: string
  config(): Config
}

/** A command; `name` may be two words, `positionals` are the placeholders of its required arguments; a last one that ends with `…` can be repeated. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly details?: string
  readonly positionals?: readonly string[]
  readonly options?: Readonly<Record<string, Option>>
  run(invocation: Invocation): Promise<number>
}

/** A command line that cannot be meant; ends with exit code 2 and the command's usage. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** Something that cannot be reached; ends with exit code 3. `hint` says what to do. */
export class Unreachable extends Error {
  readonly hint: string

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'Unreachable'
    this.hint = hint
  }
}

/** The switch of every command that prints data. */
export const JSON_OPTION = { json: { meaning: 'print JSON' } } as const satisfies Record<string, Option>

/** Prints data: as JSON when asked for, else the given lines. */
export const print = ({ io, values }: Invocation, data: unknown, lines: readonly string[]): void => {
  if (values.has('json')) io.out(JSON.stringify(data, null, 2))
  else for (const line of lines) io.out(line)
}
