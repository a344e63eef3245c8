/** Waiting that can be ended early. */

/** Resolves after `ms` milliseconds. */
export const delay = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Something to wait for that others can ring: `wait` resolves at the next `ring`, or after `ms`. */
export interface Bell {
  ring(): void
  wait(ms: number): Promise<void>
}

/** A bell that remembers one ring nobody waited for, so that none is lost between a look and a wait. */
export const createBell = (): Bell => {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      if (wake === undefined) rung = true
      else wake()
    },
    wait: ms => {
      if (rung) {
        rung = false
        return Promise.resolve()
      }
      return new Promise(resolve => {
        const finish = (): void => {
          clearTimeout(timer)
          wake = undefined
          resolve()
        }
        const timer = setTimeout(finish, ms)
        wake = finish
      })
    },
  }
}
