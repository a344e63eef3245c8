/**
 * One mail after the other over an open session: MAIL, RCPT, DATA, the content, its final dot. Knows for every moment
 * whether the dot can have left, which is the point of no return. With PIPELINING the commands of the next mail leave with
 * the dot of the one before (RFC 2920 §3.1), so that a busy connection costs one write for each mail. Knows no pool and no
 * retry.
 */
import { isAscii } from 'node:buffer'
import { parseAddress } from './address.ts'
import { frameMail } from './dot-stuffing.ts'
import type { RenderedEmail } from './email.ts'
import type { Reply } from './reply-reader.ts'
import type { CutPoint, Transfer } from './smtp-connection.ts'
import type { Loss } from './smtp-dialogue.ts'
import type { Extensions } from './smtp-extensions.ts'
import type { Session } from './smtp-session.ts'

/**
 * Takes a mail; the next one when the one before is settled, or has called `onLeft`: its content has left and its answer is
 * awaited. Never rejects.
 */
export type SendMail = (email: RenderedEmail, onLeft?: () => void) => Promise<Transfer>

const PIECE_BYTES = 65_536
// Angle brackets, blanks and controls could end the address and begin a parameter or a command.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into a command
const ADDRESS = /^[^\u0000-\u0020\u007f-\u00a0<>]{1,320}$/
const PRINTABLE = /^[\x20-\x7e]*$/
const NOTHING = Buffer.alloc(0)
const OUT_OF_STEP = 'EPROTOCOL'
const NO_SMTPUTF8 =
  'The address has letters outside ASCII before the @, and this mail server does not take such addresses (SMTPUTF8)'

const unsendable = (code: string, words: string): Transfer => ({ kind: 'unsendable', code, words })

/** The address as it goes into a command, its domain in ASCII where that can be; undefined when it must not go. */
const toPath = (address: string): string | undefined => {
  const path = PRINTABLE.test(address) ? address : (parseAddress(address)?.address ?? address)
  return ADDRESS.test(path) ? path : undefined
}

interface Commands {
  readonly mail: string
  readonly rcpt: string
  /** One for each copy. */
  readonly copies: readonly string[]
}

/** The commands of a mail, or why the mail cannot be given to this server. */
const commandsFor = ({ envelope, raw }: RenderedEmail, server: Extensions): Commands | Transfer => {
  const from = toPath(envelope.from)
  const to = toPath(envelope.to)
  // An empty sender would be the null return path, which nobody meant here.
  if (from === undefined) return unsendable('EENVELOPE', 'The sender is not an address')
  if (to === undefined) return unsendable('EENVELOPE', 'The recipient is not an address')
  const isInternational = !(PRINTABLE.test(from) && PRINTABLE.test(to))
  if (isInternational && !server.smtpUtf8) return unsendable('ESMTPUTF8', NO_SMTPUTF8)
  if (server.maxSize > 0 && raw.length > server.maxSize)
    return unsendable('EMESSAGE', `The mail is larger than the ${server.maxSize} bytes that the server takes`)
  let mail = `MAIL FROM:<${from}>`
  if (server.size) mail += ` SIZE=${raw.length}`
  if (server.eightBitMime && !isAscii(raw)) mail += ' BODY=8BITMIME'
  if (isInternational) mail += ' SMTPUTF8'
  const copies = (envelope.copies ?? []).flatMap(one => {
    const path = toPath(one)
    return path === undefined || !PRINTABLE.test(path) ? [] : [`RCPT TO:<${path}>\r\n`]
  })
  return { mail: `${mail}\r\n`, rcpt: `RCPT TO:<${to}>\r\n`, copies }
}

/** What is awaited an answer for. `empty` is the lone dot after a refusal that the server answered with 354 all the same. */
type Step = 'mail' | 'rcpt' | 'copy' | 'data' | 'content' | 'empty'

/** The mails of one session: the one that is spoken of, and the one behind it, whose commands may have left. */
interface Line {
  readonly session: Session
  readonly scratch: Buffer
  current: State | undefined
  next: State | undefined
}

interface State {
  readonly line: Line
  readonly session: Session
  readonly commands: Commands
  readonly onLeft: (() => void) | undefined
  readonly settle: (transfer: Transfer) => void
  /**
   * With copies, one step at a time: a server that refused the recipient and took a copy would get the mail for the copy
   * alone.
   */
  readonly isPipelined: boolean
  hasStarted: boolean
  step: Step
  copies: readonly string[]
  raw: Buffer
  /** The content on its way: all of it, how much was given to the system, and whether that was the last. */
  frame: Buffer
  given: number
  dotLeft: boolean
  /** The first refusal of MAIL, RCPT or DATA. */
  refusal: string | undefined
  /** Whether that refusal was MAIL's: it says nothing of the recipient. */
  ofSender: boolean
}

const settle = (state: State, transfer: Transfer): void => {
  const { line, session } = state
  state.raw = state.frame = NOTHING
  line.current = line.next
  line.next = undefined
  if (line.current === undefined) session.dialogue.listen(undefined)
  else if (!line.current.hasStarted) start(line.current)
  state.settle(transfer)
}

const cutPointOf = (state: State): CutPoint => {
  if (state.step !== 'content') return 'before_body'
  return state.dotLeft ? 'after_dot' : 'in_body'
}

const answered = (state: State, words: string): void => {
  const at = cutPointOf(state)
  settle(state, { kind: 'answered', words, at, ...(state.ofSender ? { ofSender: true } : {}) })
  // RFC 5321 §3.8: 421 announces that the server closes. After an answer in the middle of a mail nothing is in step.
  if (words.startsWith('421') || at === 'in_body') state.session.dialogue.close()
}

const endOutOfStep = (state: State, words: string): void => {
  state.session.dialogue.close({ lost: OUT_OF_STEP, words })
}

const giveNextPiece = (state: State): void => {
  const { frame, given, session, onLeft } = state
  const end = Math.min(given + PIECE_BYTES, frame.length)
  const isLast = end === frame.length
  state.given = end
  const piece = given === 0 && isLast ? frame : frame.subarray(given, end)
  // What TLS has done with it cannot be told apart, so there the dot counts as gone once it is handed to TLS.
  state.dotLeft = isLast && session.dialogue.isEncrypted()
  const mayFollow = isLast && session.server.pipelining && onLeft !== undefined
  if (mayFollow) session.dialogue.gather()
  session.dialogue.sendContent(piece, () => {
    if (isLast) state.dotLeft = true
    else giveNextPiece(state)
  })
  if (mayFollow) onLeft()
}

const startContent = (state: State): void => {
  const { dialogue } = state.session
  if (dialogue.hasUnread()) {
    endOutOfStep(state, 'The server answered before it was given the mail')
  } else if (state.refusal !== undefined) {
    // RFC 2920 §3.1: 354 in spite of a refusal must be answered with an empty mail.
    state.step = 'empty'
    dialogue.send('.\r\n')
  } else {
    state.step = 'content'
    // The one before is answered, so its frame is no longer needed.
    state.frame = frameMail(state.raw, state.line.scratch)
    state.given = 0
    giveNextPiece(state)
  }
}

/** What follows the recipient: the next copy, then the mail. */
const askForCopyOrData = (state: State): void => {
  const [copy, ...rest] = state.copies
  state.step = copy === undefined ? 'data' : 'copy'
  state.copies = rest
  state.session.dialogue.send(copy ?? 'DATA\r\n')
}

const onCopyReply = (state: State, reply: Reply): void => {
  if (reply.code >= 300 && reply.code < 400) endOutOfStep(state, `Unexpected answer: ${reply.words}`)
  else askForCopyOrData(state)
}

const onEnvelopeReply = (state: State, reply: Reply): void => {
  const { dialogue } = state.session
  if (reply.code >= 400 && state.refusal === undefined) {
    state.refusal = reply.words
    state.ofSender = state.step === 'mail'
  }
  const next = state.step === 'mail' ? 'rcpt' : 'data'
  if (reply.code >= 300 && reply.code < 400) {
    endOutOfStep(state, `Unexpected answer: ${reply.words}`)
  } else if (state.isPipelined) {
    state.step = next
  } else if (state.refusal !== undefined) {
    answered(state, state.refusal)
  } else if (next === 'rcpt') {
    state.step = next
    dialogue.send(state.commands.rcpt)
  } else askForCopyOrData(state)
}

const onDataReply = (state: State, reply: Reply): void => {
  if (reply.code >= 400) answered(state, state.refusal ?? reply.words)
  else if (reply.code >= 300) startContent(state)
  else endOutOfStep(state, `Unexpected answer: ${reply.words}`)
}

const onContentReply = (state: State, reply: Reply): void => {
  const isAnswer = reply.code >= 200 && reply.code < 300
  if (reply.code >= 400 || (state.dotLeft && isAnswer)) {
    answered(state, reply.words)
    return
  }
  // A 250 in the middle of the mail, or a 354 at its end, vouches for nothing: what the server has is anybody's guess.
  const words = state.dotLeft ? 'Unexpected answer' : 'Answer before the end of the mail'
  settle(state, { kind: 'cut', at: 'after_dot', code: OUT_OF_STEP, words: `${words}: ${reply.words}` })
  state.session.dialogue.close()
}

const onReply = (state: State, reply: Reply): void => {
  if (state.step === 'mail' || state.step === 'rcpt') onEnvelopeReply(state, reply)
  else if (state.step === 'copy') onCopyReply(state, reply)
  else if (state.step === 'data') onDataReply(state, reply)
  else if (state.step === 'content') onContentReply(state, reply)
  else answered(state, state.refusal ?? reply.words)
}

const onLost = (state: State, loss: Loss): void => {
  const at = cutPointOf(state)
  const transfer: Transfer =
    state.refusal === undefined
      ? { kind: 'cut', at, code: loss.lost, words: loss.words }
      : { kind: 'answered', words: state.refusal, at, ...(state.ofSender ? { ofSender: true } : {}) }
  settle(state, transfer)
}

/** Asks for the mail to be taken. */
const start = (state: State): void => {
  const { commands, session, isPipelined } = state
  state.hasStarted = true
  session.dialogue.send(isPipelined ? `${commands.mail}${commands.rcpt}DATA\r\n` : commands.mail)
}

const createState = (
  line: Line,
  commands: Commands,
  of: Pick<State, 'raw' | 'onLeft' | 'settle'>,
): State => ({
  line,
  session: line.session,
  commands,
  onLeft: of.onLeft,
  settle: of.settle,
  isPipelined: line.session.server.pipelining && commands.copies.length === 0,
  hasStarted: false,
  step: 'mail',
  copies: commands.copies,
  raw: of.raw,
  frame: NOTHING,
  given: 0,
  dotLeft: false,
  refusal: undefined,
  ofSender: false,
})

const loseAll = (line: Line, loss: Loss): void => {
  const { current, next } = line
  // Nothing is started on a dead connection.
  line.next = undefined
  if (current !== undefined) onLost(current, loss)
  if (next !== undefined) onLost(next, loss)
}

/** Makes the sender of one session. */
export const createSender = (session: Session): SendMail => {
  const line: Line = {
    ...{ session, scratch: Buffer.allocUnsafeSlow(PIECE_BYTES), current: undefined, next: undefined },
  }
  const listener = {
    onReply: (reply: Reply) => {
      if (line.current !== undefined) onReply(line.current, reply)
    },
    onLost: (loss: Loss) => loseAll(line, loss),
  }
  return async (email, onLeft) => {
    const commands = commandsFor(email, session.server)
    if ('kind' in commands) return commands
    return new Promise(resolve => {
      const state = createState(line, commands, { raw: email.raw, onLeft, settle: resolve })
      if (line.current !== undefined) {
        line.next = state
        if (state.isPipelined) start(state)
        return
      }
      line.current = state
      start(state)
      session.dialogue.listen(listener)
    })
  }
}
