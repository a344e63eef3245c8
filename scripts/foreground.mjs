/**
 * Runs the product in the foreground as if it were this process: it gets each stop signal once, and its exit code
 * becomes ours. Knows nothing of the product's commands.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const REPEAT_MS = 1_000

// A SIGTERM to npm ends npm and its shell and never reaches us: all that is seen of it is another parent.
const watchNpm = gone => {
  const parent = process.ppid
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return undefined
  return setInterval(() => process.ppid !== parent && gone(), 500)
}

/**
 * Starts a child and answers its exit code. One Ctrl-C reaches a script twice, from the terminal and from npm, and
 * would reach the child a third time; so the child gets its own process group, and a signal within a second of
 * the last one is the same wish. A later one is passed on: somebody insists.
 */
export const runInForeground = (program, args, options = {}) =>
  new Promise(done => {
    const detached = process.platform !== 'win32'
    // The IPC channel tells the child when this process is gone, however it went.
    const child = spawn(program, args, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached,
      ...options,
    })
    let last = Number.NEGATIVE_INFINITY
    const pass = signal => {
      const now = performance.now()
      if (now - last < REPEAT_MS) return
      last = now
      child.kill(signal)
    }
    const listeners = [
      ['SIGINT', () => detached && pass('SIGINT')],
      ['SIGTERM', () => pass('SIGTERM')],
      ['SIGHUP', () => pass('SIGTERM')],
    ]
    for (const [signal, listener] of listeners) process.on(signal, listener)
    const watch = watchNpm(() => pass('SIGTERM'))
    const end = code => {
      clearInterval(watch)
      for (const [signal, listener] of listeners) process.off(signal, listener)
      done(code)
    }
    child.on('error', error => {
      process.stderr.write(`carillon: ${program} could not be started: ${error.message}\n`)
      end(127)
    })
    child.on('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
