/** `carillon person …`: what is kept of one person as a file; their erasure, its certificate, and whether it happened. */
import { delay } from '../lib/delay.ts'
import { type Answer, callServer, refused, streamServer } from './call.ts'
import { CALLER_OPTIONS, type Caller, callerOf } from './caller.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  JSON_OPTION,
  type Option,
  print,
  UsageError,
} from './command.ts'
import { writeOut } from './write-out.ts'

const WHO = {
  namespace: { value: 'NAME', meaning: 'identity namespace of --value (email)' },
  value: { value: 'VALUE', meaning: 'the identity: an email address, or the id in --namespace' },
} as const satisfies Record<string, Option>

interface Identity {
  readonly namespace: string
  readonly value: string
}

const identityOf = ({ values }: Invocation): Identity => {
  const value = values.text('value')
  if (!value) throw new UsageError('--value is missing.')
  return { namespace: values.text('namespace') ?? 'email', value }
}

/** Writes everything that is kept of a person. */
export const personExportCommand: Command = {
  name: 'person export',
  summary: 'everything that is kept of one person, as JSON',
  details: 'Example: carillon person export --value ada@example.com -o ada.json',
  options: {
    ...WHO,
    output: { value: 'FILE', short: 'o', meaning: 'write to this file (standard output)' },
    ...CALLER_OPTIONS,
  },
  run: async invocation => {
    const query = new URLSearchParams({ ...identityOf(invocation) })
    const caller = await callerOf(invocation)
    const response = await streamServer({
      url: `${caller.url}/api/v1/access?${query}`,
      headers: caller.headers,
    })
    if ('status' in response) return refused(invocation, response)
    // For its owner alone: it is all that is known of a person.
    const file = invocation.values.text('output')
    await writeOut(invocation, response, { file, url: caller.url, mode: 0o600 })
    return EXIT.ok
  },
}

const POLL_MS = 1_000

const waitFor = async ({ url, headers }: Caller, id: string): Promise<Answer> => {
  for (;;) {
    const answer = await callServer({ url: `${url}/api/v1/erasures/${id}`, headers })
    if (answer.status !== 200 || answer.body?.['state'] === 'finished') return answer
    await delay(POLL_MS)
  }
}

/** Erases a person. */
export const personEraseCommand: Command = {
  name: 'person erase',
  summary: 'erase one person for good; prints the certificate, or the id of the erasure',
  details:
    'Example: carillon person erase --value ada@example.com --yes --wait > certificate.json\n' +
    'A profile that has the identity is erased under all its identities.',
  options: {
    ...WHO,
    yes: { meaning: 'erase; without it nothing is done' },
    wait: { meaning: 'wait until it is finished, and print the certificate' },
    ...CALLER_OPTIONS,
    ...JSON_OPTION,
  },
  run: async invocation => {
    const identity = identityOf(invocation)
    if (!invocation.values.has('yes'))
      throw new UsageError('Nothing brings an erased person back: add --yes to erase.')
    const caller = await callerOf(invocation)
    const url = `${caller.url}/api/v1/erasures`
    const body = { identity, confirm: 'erase' }
    const begun = await callServer({ url, method: 'POST', headers: caller.headers, body })
    if (begun.status !== 202) return refused(invocation, begun)
    const id = String(begun.body?.['id'])
    if (!invocation.values.has('wait')) {
      print(invocation, begun.body, [id])
      invocation.io.err(`Begun; it goes on by itself. See ${caller.url}/people/erasures`)
      return EXIT.ok
    }
    const ended = await waitFor(caller, id)
    if (ended.status !== 200) return refused(invocation, ended)
    print(invocation, ended.body, [JSON.stringify(ended.body?.['certificate'], null, 2)])
    return EXIT.ok
  },
}

/** Asks whether an address was erased. */
export const personErasedCommand: Command = {
  name: 'person erased',
  summary: 'was this address erased? The question is not stored',
  details: 'Example: carillon person erased --value ada@example.com',
  options: { ...WHO, ...CALLER_OPTIONS, ...JSON_OPTION },
  run: async invocation => {
    const body = { identity: identityOf(invocation) }
    const { url, headers } = await callerOf(invocation)
    const answer = await callServer({
      url: `${url}/api/v1/erasures/lookup`,
      method: 'POST',
      headers,
      body,
    })
    if (answer.status !== 200) return refused(invocation, answer)
    const { erased, erasedAt, erasureId, suppressed } = answer.body ?? {}
    const how = suppressed === true ? ', and stays suppressed' : ''
    print(invocation, answer.body, [
      erased === true ? `Erased ${String(erasedAt)} (${String(erasureId)})${how}.` : 'Not erased.',
    ])
    return EXIT.ok
  },
}
