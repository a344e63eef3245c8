/** `carillon export people`: everybody, or those of some filters, as CSV or JSON Lines, streamed. */
import { refused, streamServer } from './call.ts'
import { CALLER_OPTIONS, callerOf } from './caller.ts'
import { type Command, EXIT, type Option, UsageError, type Values } from './command.ts'
import { writeOut } from './write-out.ts'

const OPTIONS = {
  format: { value: 'csv|jsonl', meaning: 'format (csv)' },
  search: { value: 'TEXT', meaning: 'only people with an identity that begins with this' },
  namespace: { value: 'NAME', meaning: 'only people with an identity in this namespace' },
  test: { value: 'yes|no', meaning: 'only test profiles, or none of them' },
  out: { value: 'FILE', meaning: 'write to a file instead of to stdout' },
  ...CALLER_OPTIONS,
} as const satisfies Record<string, Option>

/** Exports people. */
export const exportPeopleCommand: Command = {
  name: 'export people',
  summary: 'export people from a running server as CSV or JSON Lines',
  details: 'An import reads either back without a loss. Example: carillon export people --out people.csv',
  options: OPTIONS,
  run: async invocation => {
    const query = queryOf(invocation.values)
    const { url, headers } = await callerOf(invocation)
    const answer = await streamServer({ url: `${url}/api/v1/profiles/export?${query}`, headers })
    if ('status' in answer) return refused(invocation, answer)
    await writeOut(invocation, answer, { file: invocation.values.text('out'), url })
    return EXIT.ok
  },
}

const TESTS: Readonly<Record<string, string>> = { yes: 'true', no: 'false' }

const queryOf = (values: Values): URLSearchParams => {
  const format = values.text('format') ?? 'csv'
  if (format !== 'csv' && format !== 'jsonl') throw new UsageError('--format is csv or jsonl.')
  const query = new URLSearchParams({ format })
  for (const name of ['search', 'namespace']) {
    const value = values.text(name)
    if (value !== undefined) query.set(name, value)
  }
  const asked = values.text('test')
  const test = asked !== undefined && Object.hasOwn(TESTS, asked) ? TESTS[asked] : undefined
  if (asked !== undefined && test === undefined) throw new UsageError('--test is yes or no.')
  if (test !== undefined) query.set('test', test)
  return query
}
