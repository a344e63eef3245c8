/** From an argument list to a command and its options. Knows no command but those it is given. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Command, type Option, UsageError, type Values } from './command.ts'

/** A command and what is left of the argument list. */
export interface Chosen {
  readonly command: Command
  readonly rest: readonly string[]
}

/** The command that the list begins with, the longest name first; undefined when there is none. */
export const chooseCommand = (commands: readonly Command[], argv: readonly string[]): Chosen | undefined => {
  for (const length of [2, 1]) {
    const command = commands.find(({ name }) => name === argv.slice(0, length).join(' '))
    if (command) return { command, rest: argv.slice(length) }
  }
  return undefined
}

/** The options and arguments of a command; an unknown, incomplete or surplus one is a `UsageError`. */
export const parseArguments = (
  command: Command,
  rest: readonly string[],
): { values: Values; positionals: string[] } => {
  const { values, positionals } = parseStrictly(command, rest)
  const wanted = command.positionals ?? []
  if (positionals.length < wanted.length) throw new UsageError(`${wanted[positionals.length]} is missing.`)
  const takesMore = wanted.at(-1)?.endsWith('…') === true
  if (positionals.length > wanted.length && !takesMore)
    throw new UsageError(`"${positionals[wanted.length]}" is one argument too many.`)
  return { values: toValues(values), positionals }
}

type Described = NonNullable<ParseArgsConfig['options']>

const describe = ({ value, short, multiple }: Option): Described[string] => ({
  type: value === undefined ? 'boolean' : 'string',
  ...(short === undefined ? {} : { short }),
  ...(multiple === undefined ? {} : { multiple }),
})

const parseStrictly = (command: Command, rest: readonly string[]) => {
  const options: Described = { help: { type: 'boolean', short: 'h' } }
  for (const [name, option] of Object.entries(command.options ?? {})) options[name] = describe(option)
  try {
    return parseArgs({ args: [...rest], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error))
  }
}

type Given = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

const toValues = (given: Given): Values => {
  const list = (name: string): string[] =>
    [given[name] ?? []].flat().filter((value): value is string => typeof value === 'string')
  return { list, text: name => list(name).at(-1), has: name => given[name] === true }
}
