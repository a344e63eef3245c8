/** What every provider over HTTP has from its channel. */
import { expect, test } from 'vitest'
import { createHttpChannel } from './http-channel.ts'

test('a call that cannot be made was not handed over, and says nothing about the number', async () => {
  const channel = createHttpChannel<string>({
    connections: 1,
    callOf: text => ({ method: 'POST', url: new URL(text), headers: {}, body: '' }),
    outcomeOf: () => ({ kind: 'accepted', code: '200', answer: '' }),
  })
  expect(await channel.send('no address')).toMatchObject({ kind: 'retry', code: 'ECALL', ofRecipient: false })
  await channel.close()
})
