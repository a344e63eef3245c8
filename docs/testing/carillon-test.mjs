// @ts-check
/**
 * Carillon in your tests: assert that a call leads to a mail. Copy this file beside your tests; it needs Node 20 and
 * nothing else. How to use it: docs/testing.md of Carillon.
 */
import { randomUUID } from 'node:crypto'

/**
 * Where Carillon runs and who calls. `carillon client create --json` prints `clientId`, `token` and `organization`.
 * @typedef {object} Connection
 * @property {string} base such as `http://127.0.0.1:8080`
 * @property {string} token
 * @property {string} clientId
 * @property {string} organization
 * @property {string} [sandbox] `dev` when it is not given
 */

/**
 * A recipient of the execution API; an email address alone stands for a person without a profile.
 * @typedef {string | { type: 'aep' | 'external', userId: string, namespace: string, channelData?: object, profile?: object, context?: object }} Recipient
 */

/**
 * One call to one person.
 * @typedef {object} Call
 * @property {string} campaignId
 * @property {Recipient} recipient
 * @property {object} [context] what the content reads as `context`
 * @property {object} [profile] attributes for this call only
 * @property {string} [requestId] a fresh one when it is not given
 */

/**
 * A mail as it came.
 * @typedef {object} Mail
 * @property {string} id in the inbox
 * @property {string} executionId
 * @property {string} messageId
 * @property {string} subject
 * @property {string} sender
 * @property {string} recipient
 * @property {string | null} html
 * @property {string | null} text
 * @property {{ name: string, value: string }[]} headers
 */

/**
 * What became of a message. `reason` is stable, `reasonText` is for a person.
 * @typedef {object} Outcome
 * @property {string} executionId
 * @property {string} messageId
 * @property {string} state
 * @property {string | null} reason
 * @property {string | null} reasonText
 * @property {string | null} dueAt
 * @property {string | null} inboxId
 */

/** @typedef {{ withinMs?: number }} Patience how long to wait, in real milliseconds: 15,000 when it is not given */

const PATIENCE_MS = 15_000
const PAUSE_MS = 50
const SETTLED = ['sent', 'excluded', 'failed', 'cancelled', 'unknown']
const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** A call that Carillon refused; `code` is one of docs/errors.md. */
export class CarillonRefusal extends Error {
  /**
   * @param {string} route
   * @param {number} status
   * @param {any} problem
   */
  constructor(route, status, problem) {
    const members = (problem?.errors ?? []).map(
      (/** @type {any} */ one) => `\n  ${one.pointer} ${one.message}`,
    )
    super(
      `${route} was refused: ${status} ${problem?.code ?? ''} ${problem?.detail ?? ''}${members.join('')}`,
    )
    this.name = 'CarillonRefusal'
    this.status = status
    /** @type {string | undefined} */
    this.code = problem?.code
  }
}

/**
 * `'90s'`, `'15m'`, `'2h'`, `'3d'`, or a number of seconds.
 * @param {string | number} span
 * @returns {number} seconds
 */
export const seconds = span => {
  if (typeof span === 'number') return span
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(span) ?? []
  if (amount === undefined) throw new TypeError(`"${span}" is not a span of time such as 90s, 15m, 2h or 3d`)
  return Number(amount) * UNITS[/** @type {keyof typeof UNITS} */ (unit)]
}

/** @param {Call} call */
const recipientOf = ({ recipient, context, profile }) => {
  const person =
    typeof recipient === 'string'
      ? {
          type: 'external',
          userId: recipient,
          namespace: 'email',
          channelData: { emailAddress: recipient },
        }
      : recipient
  return { ...person, ...(context ? { context } : {}), ...(profile ? { profile } : {}) }
}

/** @param {Outcome} outcome */
const describe = ({ executionId, messageId, state, reason, reasonText, dueAt }) =>
  `message ${messageId} of execution ${executionId} is ${state}` +
  (reason === null ? '' : ` (${reason}: ${reasonText ?? ''})`) +
  (state === 'ready' && dueAt !== null ? `, due at ${dueAt}` : '')

/**
 * @typedef {(route: string, body?: object) => Promise<any>} Request
 * @param {Connection} connection
 * @returns {Request}
 */
const createRequest = ({ base, token, clientId, organization, sandbox = 'dev' }) => {
  const headers = {
    authorization: `Bearer ${token}`,
    'x-api-key': clientId,
    'x-gw-ims-org-id': organization,
    'x-sandbox-name': sandbox,
  }
  return async (route, body) => {
    const [method = 'GET', path = '/'] = route.split(' ')
    const response = await fetch(new URL(path, base), {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const answer = text === '' ? null : JSON.parse(text)
    if (!response.ok) throw new CarillonRefusal(route, response.status, answer)
    return answer
  }
}

/** @param {Request} request */
const createWaiting = request => {
  /**
   * @param {string} executionId
   * @returns {Promise<Outcome>}
   */
  const look = async executionId => {
    const { messages } = await request(`GET /api/v1/executions/${executionId}`)
    const message = await request(`GET /api/v1/messages/${messages[0].messageId}`)
    const { messageId, state, reason, reasonText, dueAt, inboxId } = message
    return { executionId, messageId, state, reason, reasonText, dueAt, inboxId }
  }

  /**
   * Waits until the (first) message of an execution is in one of some states: settled, when none are given.
   * @param {string} executionId
   * @param {Patience & { states?: readonly string[] }} [options]
   * @returns {Promise<Outcome>}
   */
  const outcome = async (executionId, { withinMs = PATIENCE_MS, states = SETTLED } = {}) => {
    const deadline = performance.now() + withinMs
    for (;;) {
      const found = await look(executionId)
      if (states.includes(found.state)) return found
      if (SETTLED.includes(found.state)) throw new Error(`The ${describe(found)}.`)
      if (performance.now() > deadline) throw new Error(`After ${withinMs} ms the ${describe(found)}.`)
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    }
  }

  /**
   * Waits for the mail of an execution; throws with the reason when there will be none.
   * @param {string} executionId
   * @param {Patience} [patience]
   * @returns {Promise<Mail>}
   */
  const mailOf = async (executionId, patience = {}) => {
    const { messageId, inboxId } = await outcome(executionId, { ...patience, states: ['sent'] })
    if (inboxId === null)
      throw new Error(`Message ${messageId} was sent, but not to the inbox: its transport is a real one.`)
    const mail = await request(`GET /api/v1/inbox/${inboxId}`)
    return { ...mail, executionId, messageId }
  }
  return { outcome, mailOf }
}

/** @param {Request} request */
const createClock = request => ({
  /** Marks the sandbox for tests; its time can be moved from now on. */
  start: () => request('PUT /api/v1/clock/mode', { testClock: true }),
  /** Ends that: the time is real again, and what still waits is put back. */
  stop: () => request('PUT /api/v1/clock/mode', { testClock: false }),
  /** @returns {Promise<Date>} the time in the sandbox */
  now: async () => new Date((await request('GET /api/v1/clock')).now),
  /**
   * Moves the time forward: by a span (`'2h'`, or seconds), or to a moment.
   * @param {string | number | Date} step
   * @returns {Promise<Date>} the new time in the sandbox
   */
  advance: async step => {
    const body = step instanceof Date ? { to: step.toISOString() } : { seconds: seconds(step) }
    return new Date((await request('POST /api/v1/clock/advance', body)).now)
  },
})

/**
 * Calls Carillon on behalf of your tests. `request('GET /api/v1/inbox')` calls any route and answers its JSON.
 * @param {Connection} connection
 */
export const connect = connection => {
  const request = createRequest(connection)
  const { outcome, mailOf } = createWaiting(request)

  /**
   * Triggers the campaign as your system does.
   * @param {Call} call
   * @returns {Promise<string>} the execution id
   */
  const trigger = async call => {
    const { campaignId, requestId = randomUUID() } = call
    const body = { requestId, campaignId, recipients: [recipientOf(call)] }
    return (await request('POST /ajo/im/executions/unitary', body)).executionId
  }

  /**
   * Triggers, and waits for the mail that this call leads to.
   * @param {Call & Patience} call
   * @returns {Promise<Mail>}
   */
  const expectMail = async ({ withinMs = PATIENCE_MS, ...call }) => mailOf(await trigger(call), { withinMs })

  /**
   * Triggers, and waits until it is certain that no mail is sent; throws when one is, or may have been.
   * @param {Call & Patience} call
   * @returns {Promise<Outcome>} why not
   */
  const expectNoMail = async ({ withinMs = PATIENCE_MS, ...call }) => {
    const found = await outcome(await trigger(call), { withinMs })
    if (found.state === 'sent' || found.state === 'unknown') throw new Error(`The ${describe(found)}.`)
    return found
  }

  return { request, trigger, outcome, mailOf, expectMail, expectNoMail, clock: createClock(request) }
}
