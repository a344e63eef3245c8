/**
 * A mail server that misbehaves by seeded chance at every step of SMTP, and keeps the moments at which each message
 * was taken whole: the other half of every audit. Without a random source it behaves.
 */
import { MESSAGE_ID_HEADER } from '../src/channels/email/email.ts'
import {
  type ReceivedMail,
  type SmtpAction,
  type SmtpScript,
  type SmtpStep,
  startScriptedSmtp,
} from '../src/channels/email/scripted-smtp.ts'
import {
  createMischief,
  type Mischief,
  SILENCE_MS,
  type SinkOptions,
  type SinkRecord,
  SLOW_MS,
} from './mischief.ts'

/** How the sink is started; `latencyMs` delays every friendly answer to a dot. */
export interface SmtpSinkOptions extends SinkOptions {
  readonly latencyMs?: number
}

/** One way to go wrong. `taken`: the mail counts as delivered although the answer never came. */
interface Misdeed {
  readonly name: string
  readonly reply?: string
  readonly cut?: 'close' | 'reset'
  /** Silent for seconds, then as `cut` says. */
  readonly silent?: true
  /** Friendly, but late. */
  readonly slow?: true
  readonly taken?: true
}

const BUSY: Misdeed = {
  name: '421 and close',
  reply: '421 4.7.0 Too many connections, slow down',
  cut: 'close',
}
const LINE_FAULTS: readonly Misdeed[] = [
  { name: 'close', cut: 'close' },
  { name: 'reset', cut: 'reset' },
  { name: 'silence, then reset', silent: true, cut: 'reset' },
  { name: 'slow', slow: true },
]

/** What can go wrong at each step. */
const MISDEEDS: Readonly<Partial<Record<SmtpStep, readonly Misdeed[]>>> = {
  connect: [BUSY, { name: '554 greeting', reply: '554 5.3.2 No service now', cut: 'close' }, ...LINE_FAULTS],
  ehlo: [BUSY, { name: '550', reply: '550 5.7.1 Who are you?' }, ...LINE_FAULTS],
  mail: [
    BUSY,
    { name: '451 slow down', reply: '451 4.7.1 Too many messages, slow down, try again in 1 seconds' },
    { name: '550', reply: '550 5.7.1 Sender refused by policy' },
    ...LINE_FAULTS,
  ],
  rcpt: [
    BUSY,
    { name: '450 greylisted', reply: '450 4.2.0 Greylisted, try again in 2 seconds' },
    { name: '452 full', reply: '452 4.2.2 Mailbox full' },
    { name: '550 nobody', reply: '550 5.1.1 User unknown' },
    ...LINE_FAULTS,
  ],
  data: [BUSY, { name: '451', reply: '451 4.3.0 Local error' }, ...LINE_FAULTS],
  body: LINE_FAULTS,
  dot: [
    { ...BUSY, name: '421 after the dot' },
    { name: '451 after the dot', reply: '451 4.3.0 Could not be queued' },
    { name: '554 after the dot', reply: '554 5.6.0 Content refused' },
    { name: 'lost, then reset', cut: 'reset' },
    { name: 'lost in silence', silent: true, cut: 'reset' },
    { name: 'taken, then close', taken: true, cut: 'close' },
    { name: 'taken, then reset', taken: true, cut: 'reset' },
    { name: 'taken, then silence', taken: true, silent: true, cut: 'close' },
    { name: 'taken, slow answer', taken: true, slow: true },
  ],
}

const ID = new RegExp(`^${MESSAGE_ID_HEADER}: *([0-9a-f-]{36})`, 'im')

const idOf = (mail: ReceivedMail): string | undefined => ID.exec(mail.raw.toString('latin1'))?.[1]

const toAction = (misdeed: Misdeed, mischief: Mischief): SmtpAction => ({
  ...(misdeed.silent ? { wait: mischief.wait(SILENCE_MS) } : {}),
  ...(misdeed.slow ? { wait: mischief.wait(SLOW_MS) } : {}),
  ...(misdeed.reply === undefined ? {} : { reply: misdeed.reply }),
  ...(misdeed.cut === undefined ? {} : { cut: misdeed.cut }),
})

/** Listens on a free loopback port. */
export const startSmtpSink = async (options: SmtpSinkOptions = {}): Promise<SinkRecord> => {
  const { latencyMs = 0 } = options
  const mischief = createMischief(options, 0.04)
  const script: SmtpScript = (step, { mail }) => {
    const misdeed = mischief.draw(step, MISDEEDS[step] ?? [])
    if (mail !== undefined && (misdeed === undefined || misdeed.taken)) mischief.take(idOf(mail))
    if (misdeed !== undefined) return toAction(misdeed, mischief)
    return step === 'dot' && latencyMs > 0 ? { wait: mischief.wait([latencyMs, latencyMs]) } : undefined
  }
  const server = await startScriptedSmtp({ keep: false, script })
  return {
    port: server.port,
    deliveries: mischief.deliveries,
    misdeeds: mischief.misdeeds,
    calm: mischief.calm,
    close: async () => {
      mischief.calm()
      await server.close()
    },
  }
}
