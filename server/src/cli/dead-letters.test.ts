/** The commands about dead letters against the real API on a real socket. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { CUT, createHandWorker, type HandWorker, REJECTED } from '../../test/hand-worker.ts'
import { runCli } from './run.ts'

let api: TestApi
let worker: HandWorker
let url = ''
let n = 0
beforeAll(async () => {
  api = await createTestApi()
  url = await api.app.listen({ host: '127.0.0.1', port: 0 })
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const { id } = (await api.api('POST /campaigns', { name: 'Shell', content })).body
  await api.api(`POST /campaigns/${id}/activate`)
  for (const fate of [REJECTED, REJECTED, CUT]) {
    const recipients = [{ type: 'aep', userId: `person-${++n}@example.test`, namespace: 'email' }]
    await api.trigger({ requestId: `r-${n}`, campaignId: id, recipients })
    await worker.work(() => fate)
  }
})
afterAll(() => api.close())

const run = async (...line: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) }
  const { token, clientId, organization } = api.client
  const caller = ['--url', url, '--token', token, '--client-id', clientId, '--organization', organization]
  const code = await runCli(['dead-letters', ...line, ...caller], {}, { io, cwd: '/', clock: api.clock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('carillon dead-letters', () => {
  test('list prints one line for each, with the words of the provider, or the answer of the API', async () => {
    const { code, out } = await run('list', '--campaign', 'Shell', '--state', 'failed')
    expect(code).toBe(0)
    expect(out.split('\n')).toHaveLength(2)
    expect(out).toContain('550 5.1.1 no such user')
    const page = await run('list', '--limit', '2', '--json')
    expect(JSON.parse(page.out).items).toHaveLength(2)
    const rest = await run('list', '--cursor', JSON.parse(page.out).next, '--json')
    expect(JSON.parse(rest.out).items).toHaveLength(1)
  })

  test('redrive and discard act on a filter or on named messages, and say how many', async () => {
    const { items } = JSON.parse((await run('list', '--json')).out)
    expect(await run('discard', '--state', 'unknown')).toMatchObject({ code: 0, out: '1 put away' })
    const named = await run(
      'redrive',
      '--message',
      items[1].messageId,
      '--message',
      items[0].messageId,
      '--json',
    )
    expect(JSON.parse(named.out)).toEqual({ acted: 2, skipped: 0, remaining: false })
    expect(await run('redrive', '--all')).toMatchObject({ code: 0, out: '1 sent again' })
    expect((await run('list')).out).toBe('')
  })

  test('nothing is acted on without a choice, and two choices are refused', async () => {
    for (const line of [['redrive'], ['discard', '--all', '--reason', 'rejected']]) {
      const { code, out } = await run(...line)
      expect([code, out]).toEqual([2, ''])
    }
  })

  test('what the API refuses ends with 1 and its reasons', async () => {
    const { code, err } = await run('list', '--execution', 'nonsense')
    expect(code).toBe(1)
    expect(err).toContain('/executionId')
  })
})
