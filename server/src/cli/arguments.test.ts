/** Argument lists: what is chosen, what is read, and what is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseCommand, parseArguments } from './arguments.ts'
import { type Command, UsageError } from './command.ts'

const command = (name: string, rest: Partial<Command> = {}): Command => ({
  name,
  summary: '',
  run: async () => 0,
  ...rest,
})
const commands = [command('client'), command('client create'), command('backup')]
const backup = command('backup', {
  positionals: ['FILE'],
  options: { json: { meaning: '' }, tag: { value: 'T', multiple: true, short: 't', meaning: '' } },
})

describe('the command', () => {
  test('of two words wins over its first word', () => {
    expect(chooseCommand(commands, ['client', 'create', '--json'])).toMatchObject({
      command: { name: 'client create' },
      rest: ['--json'],
    })
    expect(chooseCommand(commands, ['client', 'creates'])).toMatchObject({
      command: { name: 'client' },
      rest: ['creates'],
    })
  })

  test('that is not there is undefined', () => {
    expect(chooseCommand(commands, ['create'])).toBeUndefined()
    expect(chooseCommand(commands, [])).toBeUndefined()
  })
})

describe('the options', () => {
  test('are read as switches, values and lists', () => {
    const { values, positionals } = parseArguments(backup, ['a.gz', '--json', '-t', 'x', '--tag=y'])
    expect(positionals).toEqual(['a.gz'])
    expect([values.has('json'), values.list('tag'), values.text('tag')]).toEqual([true, ['x', 'y'], 'y'])
  })

  test('that were not given are absent', () => {
    const { values } = parseArguments(backup, ['a.gz'])
    expect([values.has('json'), values.list('tag'), values.text('tag')]).toEqual([false, [], undefined])
  })

  test.each([
    ['a missing argument', []],
    ['one argument too many', ['a', 'b']],
    ['an unknown option', ['a', '--jsno']],
    ['an option without its value', ['a', '--tag']],
    ['a switch with a value', ['a', '--json=yes']],
  ])('%s is refused', (_, rest) => {
    expect(() => parseArguments(backup, rest)).toThrow(UsageError)
  })

  test('whatever is typed is read or refused, never worse', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('--json', '--tag', '--', '-t', '-'))),
        rest => {
          try {
            expect(parseArguments(backup, rest).positionals).toHaveLength(1)
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError)
          }
        },
      ),
    )
  })
})
