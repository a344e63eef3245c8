/** How a child process obeys its supervisor: one order, then work until it is asked to drain or the supervisor is gone. */

/** What a child tells its supervisor. */
export type ChildReport = { readonly kind: 'ready' } | { readonly kind: 'drained' }

/** What a supervisor asks at the end. */
interface Drain {
  readonly kind: 'drain'
}

const report = (message: ChildReport): void => {
  if (process.connected) process.send?.(message)
}

/** Waits for the order and works by it; `work` answers how to stop. Ends the process. */
export const obey = <Order extends { readonly kind: 'work' }>(
  role: string,
  work: (order: Order) => Promise<() => Promise<void>>,
): void => {
  let stop: Promise<() => Promise<void>> | undefined
  let ending = false
  const end = async (): Promise<void> => {
    if (ending) return
    ending = true
    await (await stop?.catch(() => undefined))?.()
    report({ kind: 'drained' })
    process.exit(0)
  }
  // Ctrl-C reaches the whole group; only the supervisor decides when a child stops.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void end())
  process.on('disconnect', () => void end())
  process.on('message', (message: Order | Drain) => {
    if (message.kind === 'drain') return void end()
    stop = work(message)
    stop.then(
      () => report({ kind: 'ready' }),
      (error: unknown) => {
        process.stderr.write(
          `${JSON.stringify({ level: 50, role, err: String(error), msg: 'a process could not start' })}\n`,
        )
        process.exit(1)
      },
    )
  })
}
