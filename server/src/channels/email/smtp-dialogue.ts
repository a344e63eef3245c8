/**
 * Commands and replies over one socket. Turns everything a socket can do wrong into one value, the loss; the first one
 * counts. Knows no SMTP beyond the form of a reply, and no mail.
 */
import type { OnReadOpts, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { createReplyReader, type Reply } from './reply-reader.ts'

/** Why a connection is gone: a code such as ECONNRESET, and words for a person. */
export interface Loss {
  readonly lost: string
  readonly words: string
}

/** What came of waiting for a reply. */
export type Answer = Reply | Loss

/** Whether there is no reply, because the connection is gone. */
export const isLost = (answer: Answer): answer is Loss => 'lost' in answer

/** Whether the server agreed (2xx). */
export const isPositive = (answer: Answer): boolean =>
  !isLost(answer) && answer.code >= 200 && answer.code < 300

/** Who hears the server. */
export interface Listener {
  onReply(reply: Reply): void
  /** Called once at most; nothing comes after it. */
  onLost(loss: Loss): void
}

/** One conversation with one server. */
export interface Dialogue {
  /** Takes the socket that `open` makes with the given way to read. It replaces the one so far, as STARTTLS needs. */
  attach(open: (onread: OnReadOpts, current: Socket | undefined) => Socket): Socket
  /**
   * Who hears from now on, the loss at once where there was one. Undefined: nobody, so that a reply is a fault of the
   * server and its silence is none.
   */
  listen(listener: Listener | undefined): void
  /** Sends commands, CRLF included. */
  send(commands: string): void
  /** Sends content; the callback comes when the system has taken all of it, and never when that is not known. */
  sendContent(content: Buffer, onTaken: () => void): void
  /** Lets what is sent from now on leave together, once everything that is due in this turn of the event loop is done. */
  gather(): void
  /** The silence after which the connection is given up, for the sockets to come too. */
  setTimeout(ms: number): void
  /** Whether the server has said more than was heard by now. */
  hasUnread(): boolean
  isOpen(): boolean
  isEncrypted(): boolean
  /** Ends the connection for a reason of ours, or without one (`loss` is then ECONNECTION). */
  close(loss?: Loss): void
  /** Calls back once when the connection is gone, at once if it is already. */
  onGone(listener: () => void): void
}

const READ_BYTES = 8_192
const CLOSED: Loss = { lost: 'ECONNECTION', words: 'Connection closed' }
const CLOSED_BY_SERVER: Loss = { lost: 'ECONNECTION', words: 'Connection closed by the server' }
const SILENT: Loss = { lost: 'ETIMEDOUT', words: 'The server said nothing for too long' }
const UNASKED: Loss = { lost: 'EPROTOCOL', words: 'The server spoke without being asked' }

const lossOf = (error: NodeJS.ErrnoException): Loss => {
  const code = error.code ?? 'ECONNECTION'
  return { lost: code, words: error.message || code }
}

interface State {
  socket: Socket | undefined
  timeoutMs: number
  loss: Loss | undefined
  listener: Listener | undefined
  readonly gone: (() => void)[]
}

const lose = (state: State, loss: Loss): void => {
  if (state.loss !== undefined) return
  state.loss = loss
  state.socket?.destroy()
  state.listener?.onLost(loss)
  for (const listener of state.gone.splice(0)) listener()
}

const watch = (state: State, socket: Socket): void => {
  // A socket that was replaced still needs somebody who takes its errors.
  const loseThis = (loss: Loss): void => {
    if (state.socket === socket) lose(state, loss)
  }
  socket.on('error', error => loseThis(lossOf(error)))
  socket.on('end', () => loseThis(CLOSED_BY_SERVER))
  socket.on('close', () => loseThis(CLOSED_BY_SERVER))
  socket.on('timeout', () => {
    if (state.listener !== undefined) loseThis(SILENT)
  })
  socket.setNoDelay(true)
  socket.setTimeout(state.timeoutMs)
}

/** A dialogue without a socket yet. */
export const createDialogue = (): Dialogue => {
  const state: State = { socket: undefined, timeoutMs: 0, loss: undefined, listener: undefined, gone: [] }
  const reader = createReplyReader(reply => {
    if (state.loss !== undefined) return
    if (state.listener === undefined) lose(state, UNASKED)
    else state.listener.onReply(reply)
  })
  const read = (bytes: Buffer, length: number): void => {
    if (state.loss !== undefined) return
    const complaint = reader.read(bytes, length)
    if (complaint !== undefined) lose(state, { lost: 'EPROTOCOL', words: complaint })
  }
  const isOpen = (): boolean => state.loss === undefined && state.socket?.destroyed === false
  return {
    attach: open => {
      const readInto = (length: number, bytes: Uint8Array): boolean => {
        read(bytes as Buffer, length)
        return true
      }
      const socket = open({ buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: readInto }, state.socket)
      // TLS over a given socket takes no `onread` in Node.
      if (socket instanceof TLSSocket) socket.on('data', bytes => read(bytes, bytes.length))
      state.socket = socket
      watch(state, socket)
      return socket
    },
    listen: listener => {
      state.listener = listener
      if (state.loss !== undefined) listener?.onLost(state.loss)
    },
    send: commands => {
      if (isOpen()) state.socket?.write(commands, 'utf8')
    },
    sendContent: (content, onTaken) => {
      if (!isOpen()) return
      // After a destroy Node reports every write as done, also those that were not.
      state.socket?.write(content, error => {
        if (!error && isOpen()) onTaken()
      })
    },
    gather: () => {
      const { socket } = state
      if (socket === undefined) return
      socket.cork()
      setImmediate(() => socket.uncork())
    },
    setTimeout: ms => {
      state.timeoutMs = ms
      state.socket?.setTimeout(ms)
    },
    hasUnread: () => reader.hasUnread(),
    isOpen,
    isEncrypted: () => state.socket instanceof TLSSocket,
    close: (loss = CLOSED) => lose(state, loss),
    onGone: listener => {
      if (state.loss === undefined) state.gone.push(listener)
      else listener()
    },
  }
}

/** The next reply. Whatever the server says behind it, unasked, ends the dialogue. */
export const hear = (dialogue: Dialogue): Promise<Answer> =>
  new Promise(resolve => {
    dialogue.listen({
      onReply: reply => {
        dialogue.listen(undefined)
        resolve(reply)
      },
      onLost: resolve,
    })
  })

/** Sends one command, given without CRLF, and waits for its reply. */
export const ask = (dialogue: Dialogue, command: string): Promise<Answer> => {
  const answer = hear(dialogue)
  dialogue.send(`${command}\r\n`)
  return answer
}
