/** Child processes of the bench: started from their source, spoken to by IPC, gone when the bench is. */
import { type ChildProcess, fork } from 'node:child_process'
import { resolve } from 'node:path'

/** Starts a script of this folder. */
export const startScript = (name: string, args: readonly string[] = []): ChildProcess =>
  fork(resolve(import.meta.dirname, name), [...args], {
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
