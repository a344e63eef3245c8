import { expect, it } from 'vitest'
import { startBackground } from './background.ts'
import { silentLog } from './log.ts'

it('advances every task while it has more, and goes on past one that fails', async () => {
  let [left, failures] = [5, 0]
  const done = new Promise<void>(resolve => {
    const background = startBackground(
      [
        {
          name: 'fails',
          advance: async () => {
            failures += 1
            throw new Error('no')
          },
        },
        {
          name: 'works',
          advance: async () => {
            left -= 1
            if (left === 0) void background.stop().then(resolve)
            return left > 0
          },
        },
      ],
      silentLog,
    )
  })
  await done
  expect(left).toBe(0)
  expect(failures).toBe(5)
})

it('looks again when it is woken', async () => {
  let [steps, background] = [0, undefined as ReturnType<typeof startBackground> | undefined]
  await new Promise<void>(resolve => {
    background = startBackground(
      [
        {
          name: 'counts',
          advance: async () => {
            steps += 1
            if (steps === 1) setImmediate(() => background?.wake())
            else resolve()
            return false
          },
        },
      ],
      silentLog,
    )
  })
  await background?.stop()
  expect(steps).toBe(2)
})
