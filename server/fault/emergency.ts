/** What must not outlive the kit: processes and mounts that are ended at once when the kit itself is told to stop. */

const ends = new Set<() => void>()

/** Registers what to end; answers how to take it off the list again. `end` must not wait. */
export const onEmergency = (end: () => void): (() => void) => {
  ends.add(end)
  return () => void ends.delete(end)
}

/**
 * Ends everything when the kit is interrupted, terminated, or left alone by the script that started it. What it answers
 * ends the watch: the kit is done, and lets go of that script itself.
 */
export const watchForEmergency = (): (() => void) => {
  const stop = (): void => {
    for (const end of [...ends].reverse()) end()
    process.exit(130)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  if (process.connected) process.once('disconnect', stop)
  return () => {
    for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.off(event, stop)
  }
}
