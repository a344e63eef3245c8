/** What every channel must do, as a suite that each adapter runs. Knows the port only. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Channel, NOT_BEGUN, type SendOutcome } from './channel.ts'

/** One adapter under test, with a provider that does as it is told. */
export interface ChannelUnderTest<Rendered> {
  readonly channel: Channel<Rendered>
  message(): Rendered
  /** From now on the provider answers so. */
  answer(kind: SendOutcome['kind']): void
  /** From now on the provider takes messages but holds its answers until the returned function is called. */
  hold(): () => void
  /** How many messages the provider has been given whole. */
  received(): number
  /** Ends the provider. */
  stop(): Promise<void>
}

const KINDS = ['accepted', 'retry', 'throttle', 'reject', 'unknown'] as const

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!condition()) {
    expect(performance.now(), 'waited 5 s').toBeLessThan(deadline)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/**
 * Hands over as the engine does: a message for each slot, the next one when it is free or may be followed. `left`: how often
 * each was said to have left.
 */
export const deliver = async <R>(
  channel: Channel<R>,
  messages: readonly R[],
): Promise<{ readonly outcomes: readonly (SendOutcome | undefined)[]; readonly left: readonly number[] }> => {
  const outcomes: (SendOutcome | undefined)[] = messages.map(() => undefined)
  const left = messages.map(() => 0)
  let begun = 0
  const one = async (send: Channel<R>['send']): Promise<void> => {
    const n = begun
    const message = messages[n]
    if (message === undefined) return
    begun += 1
    let following: Promise<void> | undefined
    outcomes[n] = await send(
      message,
      () => true,
      follow => {
        left[n] = (left[n] ?? 0) + 1
        following = one(follow)
      },
    )
    await following
  }
  const slot = async (): Promise<void> => {
    while (begun < messages.length) await one((...of) => channel.send(...of))
  }
  await Promise.all(Array.from({ length: channel.slots }, slot))
  return { outcomes, left }
}

/** Runs the suite. `setup` is called once for each group of tests and must give a fresh channel. */
export const describeChannel = <Rendered>(
  name: string,
  setup: () => Promise<ChannelUnderTest<Rendered>>,
): void => {
  describe(`${name} keeps the channel contract`, () => {
    let given: ChannelUnderTest<Rendered>
    beforeAll(async () => {
      given = await setup()
    })
    afterAll(async () => {
      await given.channel.close()
      await given.stop()
    })

    for (const kind of KINDS) {
      test(`a provider that answers "${kind}" is reported so, with its code and at most 500 bytes of words`, async () => {
        given.answer(kind)
        const outcome = await given.channel.send(given.message())
        expect(outcome.kind).toBe(kind)
        expect(outcome.code).not.toBe('')
        expect(Buffer.byteLength(outcome.answer)).toBeLessThanOrEqual(500)
      })

      test(`after "${kind}" the next message goes through`, async () => {
        given.answer(kind)
        await given.channel.send(given.message())
        given.answer('accepted')
        expect((await given.channel.send(given.message())).kind).toBe('accepted')
      })
    }

    test('what may not begin any more when its turn has come is not handed over', async () => {
      given.answer('accepted')
      const before = given.received()
      expect(await given.channel.send(given.message(), () => false)).toEqual(NOT_BEGUN)
      expect(given.received()).toBe(before)
      expect((await given.channel.send(given.message(), () => true)).kind).toBe('accepted')
    })

    test('more messages than slots all get their own outcome, each handed over once', async () => {
      given.answer('accepted')
      const before = given.received()
      const count = given.channel.slots * 5
      const outcomes = await Promise.all(
        Array.from({ length: count }, () => given.channel.send(given.message())),
      )
      expect(outcomes.every(outcome => outcome.kind === 'accepted')).toBe(true)
      expect(given.received() - before).toBe(count)
    })

    test('messages that follow others in their slots get their own outcome, each handed over once', async () => {
      given.answer('accepted')
      const before = given.received()
      const count = given.channel.slots * 5
      const { outcomes, left } = await deliver(
        given.channel,
        Array.from({ length: count }, () => given.message()),
      )
      expect(outcomes.every(outcome => outcome?.kind === 'accepted')).toBe(true)
      expect(given.received() - before).toBe(count)
      expect(left.every(times => times <= 1)).toBe(true)
    })
  })

  describe(`${name} closes as the contract says`, () => {
    test('running sends finish first, later ones are a retry, closing twice is harmless', async () => {
      const given = await setup()
      const release = given.hold()
      const sends = [given.channel.send(given.message()), given.channel.send(given.message())]
      await until(() => given.received() === 2)
      let isClosed = false
      const closing = given.channel.close().then(() => {
        isClosed = true
      })
      expect((await given.channel.send(given.message())).kind).toBe('retry')
      await new Promise(resolve => setImmediate(resolve))
      expect(isClosed).toBe(false)
      release()
      expect((await Promise.all(sends)).map(outcome => outcome.kind)).toEqual(['accepted', 'accepted'])
      await closing
      await given.channel.close()
      expect(given.received()).toBe(2)
      await given.stop()
    })
  })
}
