/** Child processes of the bench: started from their source, spoken to by IPC, gone when the bench is. */
import { type ChildProcess, fork } from 'node:child_process'
import { resolve } from 'node:path'

// glibc gives the memory of every read back to the system and asks for it again with the next: a fifth of what the sink
// costs. It may keep 128 MB.
const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: '134217728',
  MALLOC_MMAP_THRESHOLD_: '134217728',
  MALLOC_TOP_PAD_: '16777216',
}

/** Starts a script of this folder. */
export const startScript = (name: string, args: readonly string[] = []): ChildProcess =>
  fork(resolve(import.meta.dirname, name), [...args], {
    env: { ...process.env, ...KEEP_MEMORY },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })

/** The next message of a child. */
export const nextMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((done, fail) => {
    const onExit = (code: number | null): void => fail(new RangeError(`a bench process ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', message => {
      child.off('exit', onExit)
      done(message as T)
    })
  })

/** Sends a message and waits for the answer. */
export const ask = async <T>(child: ChildProcess, message: object | string): Promise<T> => {
  const answer = nextMessage<T>(child)
  child.send(message)
  return answer
}
