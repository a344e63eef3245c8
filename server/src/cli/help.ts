/** The text of `carillon help`, made from the commands themselves. */
import { SETTINGS } from '../config.ts'
import { type Command, EXIT, EXIT_MEANINGS } from './command.ts'

const indent = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

const exitCodes = (): string[] =>
  indent(Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name as keyof typeof EXIT]]))

/** All commands, the exit codes and the settings. */
export const globalHelp = (commands: readonly Command[]): string[] => [
  'Carillon: a self-hosted engine for API-triggered campaigns.',
  '',
  'carillon COMMAND [options]        carillon help COMMAND tells more',
  '',
  ...indent(commands.map(({ name, summary }) => [name, summary])),
  '',
  'Commands work beside a running server (found in the data directory) and without one.',
  '',
  'Exit codes:',
  ...exitCodes(),
  '',
  'Settings, by environment variables:',
  ...indent(SETTINGS.map(({ name, meaning }) => [name, meaning])),
]

/** One command: usage, options, details. */
export const commandHelp = (command: Command): string[] => {
  const options = Object.entries(command.options ?? {})
  const usage = [
    'carillon',
    command.name,
    ...(command.positionals ?? []),
    ...(options.length > 0 ? ['[options]'] : []),
  ]
  const rows = options.map(([name, { short, value, meaning, multiple }]): [string, string] => [
    `--${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`,
    `${meaning}${multiple ? ' (repeatable)' : ''}`,
  ])
  return [
    usage.join(' '),
    '',
    command.summary,
    ...(command.details === undefined ? [] : ['', command.details]),
    ...(rows.length > 0 ? ['', 'Options:', ...indent(rows)] : []),
  ]
}
