/** What every SMS adapter must do, over a stand-in of its provider: the channel's contract, and each way a call can end. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../lib/free-port.ts'
import { describeChannel } from '../channel.contract.ts'
import type { Channel, SendOutcome } from '../channel.ts'
import { type ApiAnswer, type ApiStub, holdAnswers, startApiStub } from '../email/api-stub.ts'
import type { RenderedSms } from './sms.ts'

/** An adapter under test. `answers`: what its provider says for each outcome; `cases`: each class of refusal. */
export interface SmsAdapter {
  readonly name: string
  open(options: { readonly endpoint: string; readonly timeoutMs?: number }): Channel<RenderedSms>
  readonly answers: Readonly<Record<SendOutcome['kind'], ApiAnswer>>
  readonly cases: readonly (readonly [title: string, answer: ApiAnswer, outcome: object])[]
}

/** A message for tests. */
export const sampleSms = (more: Partial<RenderedSms> = {}): RenderedSms => ({
  channel: 'sms',
  messageId: '01931f6e-0000-7000-8000-000000000001',
  reference: '01931f6e-0000-7000-8000-000000000001.1.1',
  to: '+31612345678',
  from: '+3197010203040',
  text: 'Your code is 1234 & “valid” for 5 minutes €',
  ...more,
})

/** Runs the suite. */
export const describeSmsAdapter = ({ name, open, answers, cases }: SmsAdapter): void => {
  describeChannel(name, async () => {
    const stub = await startApiStub()
    return {
      channel: open({ endpoint: stub.url }),
      message: sampleSms,
      answer: kind => {
        stub.answer = answers[kind]
      },
      hold: () => {
        stub.answer = answers.accepted
        return holdAnswers(stub)
      },
      received: () => stub.calls.length,
      stop: () => stub.close(),
    }
  })

  describe(`a call of ${name}`, () => {
    let stub: ApiStub
    beforeEach(async () => {
      stub = await startApiStub()
    })
    afterEach(() => stub.close())
    const sendOnce = async (options: { endpoint: string; timeoutMs?: number }): Promise<SendOutcome> => {
      const channel = open(options)
      try {
        return await channel.send(sampleSms())
      } finally {
        await channel.close()
      }
    }

    for (const [title, answer, outcome] of cases)
      test(`that meets ${title} is ${JSON.stringify(outcome)}`, async () => {
        stub.answer = answer
        expect(await sendOnce({ endpoint: stub.url })).toMatchObject(outcome)
      })

    test('that finds nobody was not handed over', async () => {
      const port = await freePort()
      expect(await sendOnce({ endpoint: `http://127.0.0.1:${port}` })).toMatchObject({
        kind: 'retry',
        ofRecipient: false,
      })
    })

    test('that gets no answer in time after it was handed over is unknown', async () => {
      const release = holdAnswers(stub)
      expect(await sendOnce({ endpoint: stub.url, timeoutMs: 500 })).toMatchObject({
        kind: 'unknown',
        code: 'ETIMEDOUT',
      })
      release()
    })

    test('that is cut is unknown', async () => {
      stub.answer = 'cut'
      expect(await sendOnce({ endpoint: stub.url })).toMatchObject({ kind: 'unknown' })
    })

    test('that a gateway broke off is unknown, and tells its words: the provider may have taken it', async () => {
      stub.answer = { status: 502, body: '<html>Bad gateway</html>' }
      expect(await sendOnce({ endpoint: stub.url })).toMatchObject({
        kind: 'unknown',
        code: '502',
        answer: expect.stringContaining('Bad gateway'),
      })
    })
  })
}
