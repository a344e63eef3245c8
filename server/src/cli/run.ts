/** The command line: chooses the command, runs it, and turns what went wrong into lines and an exit code. */
import { ConfigError, type Environment, readConfig } from '../config.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { chooseCommand, parseArguments } from './arguments.ts'
import { backupCommand, restoreCommand } from './backup.ts'
import { checkCommand } from './check.ts'
import { clientCreateCommand, clientListCommand, clientRevokeCommand } from './clients.ts'
import { clockCommand } from './clock.ts'
import { type Command, EXIT, type Io, Unreachable, UsageError } from './command.ts'
import {
  deadLettersDiscardCommand,
  deadLettersListCommand,
  deadLettersRedriveCommand,
} from './dead-letters.ts'
import { doctorCommand } from './doctor.ts'
import { exportPeopleCommand } from './export-people.ts'
import { commandHelp, globalHelp } from './help.ts'
import { importCommand } from './import.ts'
import { linkCommand } from './link.ts'
import { lookupExportCommand, lookupImportCommand } from './lookup.ts'
import { migrateCommand } from './migrate.ts'
import { personEraseCommand, personErasedCommand, personExportCommand } from './person.ts'
import { renderCommand } from './render.ts'
import { startCommand } from './start.ts'
import { triggerCommand } from './trigger.ts'
import { versionCommand } from './version.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  triggerCommand,
  clockCommand,
  importCommand,
  exportPeopleCommand,
  renderCommand,
  checkCommand,
  lookupImportCommand,
  lookupExportCommand,
  deadLettersListCommand,
  deadLettersRedriveCommand,
  deadLettersDiscardCommand,
  personExportCommand,
  personEraseCommand,
  personErasedCommand,
  clientCreateCommand,
  clientListCommand,
  clientRevokeCommand,
  linkCommand,
  backupCommand,
  restoreCommand,
  migrateCommand,
  doctorCommand,
  versionCommand,
]

/** What surrounds a command line; the tests give their own. */
export interface Surroundings {
  readonly io: Io
  readonly cwd: string
  readonly clock: Clock
}

const terminal = (): Surroundings => ({
  io: {
    out: line => void process.stdout.write(`${line}\n`),
    err: line => void process.stderr.write(`${line}\n`),
  },
  cwd: process.cwd(),
  clock: systemClock,
})

/**
 * Runs one command line (without the program's own name) and answers its exit code, one of `EXIT`. Never throws
 * for what a person can cause.
 */
export const runCli = async (
  argv: readonly string[],
  env: Environment,
  surroundings: Surroundings = terminal(),
): Promise<number> => {
  const { io } = surroundings
  if (argv.length === 0 || ['help', '--help', '-h'].includes(argv[0] ?? '')) return help(argv.slice(1), io)
  if (['--version', '-v'].includes(argv[0] ?? '')) return runCli(['version'], env, surroundings)
  const chosen = chooseCommand(COMMANDS, argv)
  if (chosen === undefined) {
    io.err(`There is no command "${argv.slice(0, 2).join(' ')}". carillon help lists all commands.`)
    return EXIT.usage
  }
  try {
    const { values, positionals } = asksForHelp(chosen.rest)
      ? HELP
      : parseArguments(chosen.command, chosen.rest)
    if (values === undefined) return help(chosen.command.name.split(' '), io)
    const config = () => readConfig(env, surroundings.cwd)
    return await chosen.command.run({ ...surroundings, values, positionals, config })
  } catch (error) {
    return explain(error, chosen.command, io)
  }
}

const HELP = { values: undefined, positionals: [] } as const

const asksForHelp = (rest: readonly string[]): boolean => {
  const end = rest.indexOf('--')
  return rest.slice(0, end === -1 ? undefined : end).some(word => word === '--help' || word === '-h')
}

const help = (words: readonly string[], io: Io): number => {
  const chosen = chooseCommand(COMMANDS, words)
  const family = COMMANDS.filter(({ name }) => words.length > 0 && name.startsWith(`${words[0]} `))
  if (words.length > 0 && chosen === undefined && family.length === 0) {
    io.err(`There is no command "${words.join(' ')}". carillon help lists all commands.`)
    return EXIT.usage
  }
  const lines = chosen
    ? commandHelp(chosen.command)
    : family.length > 0
      ? family.flatMap(each => [...commandHelp(each), ''])
      : globalHelp(COMMANDS)
  for (const line of lines) io.out(line)
  return EXIT.ok
}

const explain = (error: unknown, command: Command, io: Io): number => {
  if (error instanceof UsageError)
    return say(io, EXIT.usage, [error.message, `carillon help ${command.name} tells how.`])
  if (error instanceof ConfigError) return say(io, EXIT.usage, [error.message])
  if (error instanceof Unreachable) return say(io, EXIT.unreachable, [error.message, error.hint])
  if (error instanceof Fault) return say(io, EXIT.failed, faultLines(error))
  // Start errors of the launcher carry their own advice; anything else is a defect, and its stack helps.
  const { message, hint, stack } = error as { message?: unknown; hint?: unknown; stack?: unknown }
  if (typeof hint === 'string') return say(io, EXIT.failed, [String(message), hint])
  return say(io, EXIT.failed, [String(stack ?? message ?? error)])
}

const faultLines = (fault: Fault): string[] => [
  `${fault.code}: ${fault.message}`,
  ...(fault.details.problems ?? []).map(({ pointer, message }) => `  ${pointer} ${message}`),
]

const say = (io: Io, code: number, lines: readonly string[]): number => {
  for (const line of lines) io.err(line)
  return code
}
