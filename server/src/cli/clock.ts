/** `carillon clock`: the time in a sandbox; marks it for tests and moves its time. */
import { type Answer, callServer, refusalLines } from './call.ts'
import { CALLER_OPTIONS, type Caller, callerOf } from './caller.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  JSON_OPTION,
  type Option,
  print,
  UsageError,
  type Values,
} from './command.ts'

const OPTIONS = {
  test: { value: 'on|off', meaning: 'mark the sandbox for tests, or end that and put its clock back' },
  advance: {
    value: 'SPAN|TIME',
    meaning: 'move its time forward: 90s, 15m, 2h, 3d, or to 2030-01-01T08:00Z',
  },
  ...CALLER_OPTIONS,
  ...JSON_OPTION,
} as const satisfies Record<string, Option>

/** Shows and moves the clock of a sandbox. */
export const clockCommand: Command = {
  name: 'clock',
  summary: 'show the time in a sandbox; mark it for tests and move its time',
  details: 'Example: carillon clock --sandbox dev --test on --advance 2h',
  options: OPTIONS,
  run: async invocation => {
    const steps = stepsOf(invocation.values)
    const caller = await callerOf(invocation)
    let answer: Answer | undefined
    for (const step of steps) {
      answer = await callClock(caller, step)
      if (answer.status !== 200) {
        for (const line of refusalLines(answer)) invocation.io.err(line)
        return EXIT.failed
      }
    }
    return report(invocation, answer)
  },
}

interface Step {
  readonly method: string
  readonly path: string
  readonly body?: object
}

const READ: Step = { method: 'GET', path: '/clock' }
const MODES: Readonly<Record<string, boolean>> = { on: true, off: false }
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

const stepsOf = (values: Values): readonly Step[] => {
  const [test, advance] = [values.text('test'), values.text('advance')]
  const steps = [...(test === undefined ? [] : [modeStep(test)])]
  if (advance !== undefined)
    steps.push({ method: 'POST', path: '/clock/advance', body: advanceBody(advance) })
  return steps.length === 0 ? [READ] : steps
}

const modeStep = (text: string): Step => {
  const testClock = Object.hasOwn(MODES, text) ? MODES[text] : undefined
  if (testClock === undefined) throw new UsageError('--test is on or off.')
  return { method: 'PUT', path: '/clock/mode', body: { testClock } }
}

const advanceBody = (text: string): object => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? []
  if (amount !== undefined) return { seconds: Number(amount) * (SECONDS[unit] ?? 1) }
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new UsageError(`--advance ${text} is neither a span such as 2h nor a time.`)
  return { to: new Date(ms).toISOString() }
}

const callClock = ({ url, headers }: Caller, { method, path, body }: Step): Promise<Answer> =>
  callServer({ url: `${url}/api/v1${path}`, method, headers, ...(body === undefined ? {} : { body }) })

const report = (invocation: Invocation, answer: Answer | undefined): number => {
  const { sandbox, testClock, now, offsetSeconds, moved } = answer?.body ?? {}
  const ahead = Number(offsetSeconds) > 0 ? `, ${String(offsetSeconds)} s ahead` : ''
  print(invocation, answer?.body, [
    `${String(now)}  ${String(sandbox)}: ${testClock === true ? 'marked for tests' : 'real time'}${ahead}`,
    ...(typeof moved === 'number' && moved > 0 ? [`Waiting messages that moved with it: ${moved}.`] : []),
  ])
  return EXIT.ok
}
