import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import type { Engine } from './engine.ts'

let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let n = 0
const HUMAN = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36'
const CONTENT = {
  subject: 'Order {{context.order}}',
  html: `<p><a href="https://shop.test/orders/{{context.order}}?a=1&amp;b=2" data-label="Your order">order</a>
    <a href='https://shop.test/'>shop</a> <a href="mailto:help@shop.test">help</a> <a href="#top">top</a></p></body>`,
  text: null,
}

beforeEach(async () => {
  api = await createTestApi()
  channel = createMemoryChannel<RenderedEmail>()
  engine = await startTestEngine(api, () => channel)
})
afterEach(async () => {
  await engine.drain()
  await api.close()
})

const makeCampaign = async (more: object = {}): Promise<string> => {
  const { body } = await api.api('POST /campaigns', { name: 'Order', content: CONTENT, ...more })
  const live = await api.api(`POST /campaigns/${body.id}/activate`)
  expect(live.status, JSON.stringify(live.body)).toBe(200)
  return body.id
}
const send = async (campaignId: string, userId = 'zoe@example.test', context: object = { order: 'A1' }) => {
  const before = channel.sent.length
  const recipients = [{ type: 'aep', userId, namespace: 'email', context }]
  const accepted = await api.trigger({ requestId: `r${++n}`, campaignId, recipients })
  expect(accepted.status, JSON.stringify(accepted.body)).toBe(202)
  await eventually('the mail', () => {
    engine.wake()
    return channel.sent.length > before
  })
  const mail = await PostalMime.parse(channel.sent.at(-1)?.raw ?? '')
  const { executionId } = accepted.body
  const [message] = (await api.api(`GET /executions/${executionId}`)).body.messages
  return { html: mail.html ?? '', text: mail.text ?? '', messageId: message.messageId as string, executionId }
}
const tokensIn = (text: string): string[] =>
  [...text.matchAll(/http:\/\/carillon\.test(\/t\/[\w-]+)/g)].map(one => one[1] ?? '')
const hrefsIn = (html: string): string[] => [...html.matchAll(/href=["']([^"']*)/g)].map(one => one[1] ?? '')
const visit = (path: string, agent = HUMAN, method = 'GET') =>
  api.call(`${method} ${path}`, { headers: { 'user-agent': agent } })
const storyOf = async (messageId: string, kind: string) =>
  (await api.api(`GET /messages/${messageId}`)).body.timeline.filter(
    (step: { kind: string; interaction: { kind: string } | null }) =>
      step.kind === 'interaction' && step.interaction?.kind === kind,
  )

describe('a mail that is followed', () => {
  it('leads to the same places, which its text names too, and leaves alone what is no web page', async () => {
    const { html, text } = await send(await makeCampaign())
    const [order, shop, ...others] = hrefsIn(html)
    expect(others).toEqual(['mailto:help@shop.test', '#top'])
    for (const [url, target] of [
      [order, 'https://shop.test/orders/A1?a=1&b=2'],
      [shop, 'https://shop.test/'],
    ]) {
      const answer = await visit(tokensIn(url ?? '')[0] ?? '')
      expect([answer.status, answer.headers['location']]).toEqual([302, target])
    }
    expect(tokensIn(text)).toEqual([order, shop].flatMap(url => tokensIn(url ?? '')))
    expect(html).not.toContain('data-carillon')
  })

  it('tells of a click and of an opening in the story of the message, as often as they came', async () => {
    const { html, messageId } = await send(await makeCampaign())
    const [order = ''] = tokensIn(hrefsIn(html)[0] ?? '')
    const [pixel = ''] = tokensIn(/<img src="([^"]+)" width="1"/.exec(html)?.[1] ?? '')
    for (const path of [order, order, pixel]) await visit(path)
    const [clicked] = await eventually('the clicks', async () => {
      const steps = await storyOf(messageId, 'click')
      return steps[0]?.interaction.n === 2 && steps
    })
    expect(clicked.text).toContain('Clicked the link “Your order”; 2 times')
    expect(clicked.interaction).toMatchObject({
      ...{ machine: false, n: 2 },
      link: { url: 'https://shop.test/orders/{{context.order}}?a=1&b=2', label: 'Your order' },
    })
    const [opened] = await eventually('the opening', async () => {
      const steps = await storyOf(messageId, 'open')
      return steps.length > 0 && steps
    })
    expect(opened.text).toBe('Opened')
  })

  it('keeps machines apart', async () => {
    const { html, messageId } = await send(await makeCampaign())
    const [order = '', shop = ''] = hrefsIn(html).flatMap(tokensIn)
    await visit(order, 'Barracuda Sentinel')
    await visit(shop, HUMAN, 'HEAD')
    const [pixel = ''] = tokensIn(/<img src="([^"]+)" width="1"/.exec(html)?.[1] ?? '')
    await visit(pixel, 'Mozilla/5.0')
    const steps = await eventually('three machines', async () => {
      const all = [...(await storyOf(messageId, 'click')), ...(await storyOf(messageId, 'open'))]
      return all.length === 3 && all
    })
    expect(steps.map(step => step.interaction.machine)).toEqual([true, true, true])
  })

  it('leads nowhere when its token was changed, cut or made elsewhere', async () => {
    const { html } = await send(await makeCampaign())
    const [order = ''] = hrefsIn(html).flatMap(tokensIn)
    const changed = order.slice(0, -4) + (order.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    for (const path of [changed, order.slice(0, -3), `${order}AAAA`, '/t/x']) {
      const answer = await visit(path)
      expect([answer.status, answer.headers['location']]).toEqual([404, undefined])
      expect(answer.body).toContain('<h1>')
    }
  })

  it('leads nowhere after 25 months', async () => {
    const { html } = await send(await makeCampaign())
    const [order = ''] = hrefsIn(html).flatMap(tokensIn)
    api.clock.move(760 * 86_400_000)
    expect((await visit(order)).status).toBe(302)
    api.clock.move(5 * 86_400_000)
    expect((await visit(order)).status).toBe(410)
  })
})

describe('a mail that is not followed', () => {
  it('has the addresses of its author, and no pixel', async () => {
    const campaign = await makeCampaign({ tracking: { opens: false, clicks: false } })
    const { html } = await send(campaign)
    expect(tokensIn(html)).toEqual([])
    expect(html).toContain('https://shop.test/orders/A1?a=1&amp;b=2')
  })

  it('is what a test and a dry run show, too', async () => {
    const campaignId = await makeCampaign()
    const recipients = [
      { type: 'aep', userId: 'zoe@example.test', namespace: 'email', context: { order: 'A1' } },
    ]
    const dry = await api.trigger({ requestId: 'dry', campaignId, recipients }, { query: '?dryRun=true' })
    const { html } = dry.body.recipients[0].email
    expect(html).toContain('<a href="https://shop.test/orders/A1?a=1&amp;b=2" data-label="Your order">')
    expect(html).not.toMatch(/\/t\/|data-carillon|<img/)
    await api.api(`POST /campaigns/${campaignId}/test`, {
      emailAddress: 'me@example.test',
      context: { order: 'A1' },
    })
    await eventually('the test', () => {
      engine.wake()
      return channel.sent.length > 0
    })
    const mail = await PostalMime.parse(channel.sent[0]?.raw ?? '')
    expect(mail.html).not.toMatch(/\/t\/|data-carillon|<img/)
  })
})

describe('a mail whose opening alone is followed', () => {
  it('has a pixel, and the addresses of its author as they are', async () => {
    const html = '<p><a HREF = https://shop.test/ data-label=x>shop</a></p></body>'
    const campaign = await makeCampaign({
      tracking: { opens: true, clicks: false },
      content: { ...CONTENT, html },
    })
    const sent = await send(campaign)
    expect(sent.html.replace(/<img src="[^"]+" width="1"[^>]*>/, '').trim()).toBe(html)
    const [pixel = ''] = tokensIn(sent.html)
    expect((await visit(pixel)).headers['content-type']).toBe('image/gif')
    expect((await api.test.db.query('select from tracked_link')).rowCount).toBe(0)
  })
})

describe('a mirror page', () => {
  const html = `<p>{{context.big}}</p><a href="{{context.system.mirrorUrl}}">browser</a>
    <a data-tracking-type="MIRROR_PAGE">again</a><script>alert(1)</script>`

  it('shows what was sent, however large its data, and runs no script', async () => {
    const big = 'x'.repeat(150_000)
    const campaign = await makeCampaign({ content: { subject: 'x', html, text: null } })
    const sent = await send(campaign, 'zoe@example.test', { big })
    const [one, two] = hrefsIn(sent.html).flatMap(tokensIn)
    expect(one).toBe(two)
    const page = await visit(one ?? '')
    expect(page.status).toBe(200)
    expect(page.body).toContain(big)
    expect(page.headers['content-security-policy']).toMatch(/^sandbox allow-popups.*default-src 'none'/)
    expect(page.headers['content-security-policy']).not.toContain('allow-scripts')
    const steps = await eventually('the look', async () => {
      const found = await storyOf(sent.messageId, 'mirror')
      return found.length > 0 && found
    })
    expect(steps[0].text).toBe('Looked at it in the browser')
    api.clock.move(91 * 86_400_000)
    expect((await visit(one ?? '')).status).toBe(410)
  })

  const PLACEHOLDER = 'https://placeholder.test/view'
  const PLACED = `<p><a href="${PLACEHOLDER}" data-tracking-type="MIRROR_PAGE">View online</a></p>`

  it.each([true, false])('is led to from a fragment, and from the text (clicks: %s)', async clicks => {
    const made = await api.api('POST /fragments', { name: `footer ${clicks}`, source: PLACED })
    await api.api(`POST /fragments/${made.body.id}/publish`)
    const content = { subject: 'x', html: `<p>Hello</p>{{fragment id="${made.body.id}"}}`, text: null }
    const sent = await send(await makeCampaign({ tracking: { opens: false, clicks }, content }))
    const [href = ''] = hrefsIn(sent.html)
    expect((await visit(tokensIn(href)[0] ?? '')).body).toContain('View online')
    expect(sent.text).toContain(`View online (${href})`)
    expect(sent.text).not.toContain('placeholder')
  })

  it('has an example in a preview and a dry run, which says what will be there', async () => {
    const content = {
      subject: 'x',
      html: `${PLACED}<a data-tracking-type="MIRROR_PAGE">again</a>`,
      text: null,
    }
    const campaignId = await makeCampaign({ content })
    const { body: preview } = await api.api(`POST /campaigns/${campaignId}/preview`, {
      ...{ profile: {}, context: {} },
    })
    const recipients = [{ type: 'aep', userId: 'zoe@example.test', namespace: 'email' }]
    const dry = await api.trigger({ requestId: 'dry', campaignId, recipients }, { query: '?dryRun=true' })
    for (const { html, text } of [preview, dry.body.recipients[0].email]) {
      const [one, two] = hrefsIn(html).flatMap(tokensIn)
      expect([one, two]).toEqual(['/t/example', '/t/example'])
      expect(tokensIn(text)).toEqual(['/t/example', '/t/example'])
    }
    const page = await visit('/t/example')
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('preview or a test')])
  })

  it('is kept only where content leads to one', async () => {
    await send(await makeCampaign())
    expect((await api.test.db.query('select from mirror_page')).rowCount).toBe(0)
  })
})
