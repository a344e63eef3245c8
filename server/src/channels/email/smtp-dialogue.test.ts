/** What is known of content that was on its way when the line went dead. */
import net from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createDialogue, type Dialogue, hear } from './smtp-dialogue.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A dialogue with a server that reads nothing. */
const talkToDeaf = async (): Promise<{ readonly dialogue: Dialogue; readonly peer: net.Socket }> => {
  const listener = net.createServer({ pauseOnConnect: true })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise(resolve => listener.close(() => resolve())))
  const connected = new Promise<net.Socket>(resolve => listener.once('connection', resolve))
  const dialogue = createDialogue()
  const { port } = listener.address() as net.AddressInfo
  dialogue.attach(onread => net.connect({ host: '127.0.0.1', port, onread }))
  const peer = await connected
  peer.on('error', () => undefined)
  cleanups.push(async () => {
    peer.destroy()
    dialogue.close()
  })
  return { dialogue, peer }
}

test('content that the system could take is reported as taken', async () => {
  const { dialogue } = await talkToDeaf()
  await new Promise<void>(resolve => dialogue.sendContent(Buffer.from('hello'), resolve))
  expect(dialogue.isOpen()).toBe(true)
})

for (const [title, end] of [
  [
    'the server resets the connection',
    (_dialogue: Dialogue, peer: net.Socket) => void peer.resetAndDestroy(),
  ],
  ['the server closes the connection', (_dialogue: Dialogue, peer: net.Socket) => void peer.end()],
  ['we close the connection', (dialogue: Dialogue) => dialogue.close()],
] as const)
  test(`content that still waits for room when ${title} is never reported as taken`, async () => {
    const { dialogue, peer } = await talkToDeaf()
    const taken: string[] = []
    dialogue.sendContent(Buffer.alloc(100_000_000), () => taken.push('what fills the line'))
    dialogue.sendContent(Buffer.from('.\r\n'), () => taken.push('the dot'))
    const loss = hear(dialogue)
    end(dialogue, peer)
    expect(await loss).toHaveProperty('lost')
    // The system reports the writes it gave up after the loss.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
    dialogue.sendContent(Buffer.from('more'), () => taken.push('more'))
    expect(taken).toEqual([])
  })

test('whoever listens to a connection that is gone is told so at once', async () => {
  const { dialogue } = await talkToDeaf()
  const loss = { lost: 'ETEST', words: 'for a reason' }
  dialogue.close(loss)
  dialogue.close({ lost: 'ELATER', words: 'not this one' })
  expect(await hear(dialogue)).toEqual(loss)
  let isGone = false
  dialogue.onGone(() => {
    isGone = true
  })
  expect(isGone).toBe(true)
})
