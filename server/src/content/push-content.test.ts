/** A notification's content: rendered, measured, and what is wrong with it before anybody gets it. */
import { EMPTY_PUSH, type PushContent } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { NO_FRAGMENTS } from './fragment-library.ts'
import {
  compilePushContent,
  missingFromPush,
  notificationOf,
  type PushReach,
  sampleFindingsOfPush,
  shownPush,
  templatesOfPush,
} from './push-content.ts'

const content = (more: Partial<PushContent> = {}): PushContent => ({ ...EMPTY_PUSH, body: 'Ready', ...more })
const render = (given: PushContent, context: Record<string, unknown> = {}) => {
  const compiled = compilePushContent(given, { fragments: NO_FRAGMENTS })
  if (!compiled.ok) throw new TypeError(JSON.stringify(compiled.findings))
  const moment = { nowMs: 0, monotonicMs: () => 0, random: () => 0, outside: {} }
  return compiled.content.render({ profile: {}, context }, moment)
}

describe('content', () => {
  const all = content({
    ...{ title: 'Hi {{context.name}}', body: 'Order {{context.n}}', click: 'deep_link' },
    ...{
      uri: 'shop://order/{{context.n}}',
      media: 'https://x.test/{{context.n}}.png',
      badge: '{{context.n}}',
    },
    buttons: [
      { id: 'a', label: 'Track {{context.n}}', click: 'web_url', uri: 'https://x.test/{{context.n}}' },
    ],
    data: [{ name: 'order', value: '{{context.n}}' }],
  })
  it('is personalised in every text, also of buttons and data', () => {
    const rendered = render(all, { name: 'Ada', n: 7 })
    expect(notificationOf(rendered, 'app')).toMatchObject({
      ...{ title: 'Hi Ada', body: 'Order 7', click: { type: 'deep_link', uri: 'shop://order/7' } },
      ...{ media: 'https://x.test/7.png', badge: 7, data: { order: '7' }, sound: 'default' },
      buttons: [{ id: 'a', label: 'Track 7', click: { type: 'web_url', uri: 'https://x.test/7' } }],
      android: { shownBy: 'app' },
    })
    expect(templatesOfPush(all).filter(text => text.includes('{{'))).toHaveLength(8)
  })
  it('is measured at each platform as it is encoded', () => {
    const [small, large] = [content(), content({ body: 'é'.repeat(2_000) })].map(one =>
      shownPush(render(one)),
    )
    if (small === undefined || large === undefined) throw new TypeError('nothing was shown')
    expect(large.bytes.apns - small.bytes.apns).toBe(4_000 - 'Ready'.length)
    expect(large.bytes.web).toBeGreaterThan(4_000)
  })
  it('that comes out as what cannot be sent says which value', () => {
    expect(() => render(all, { name: 'x', n: 'many' })).toThrow('/content/badge must be a whole number')
    const link = content({ click: 'web_url', uri: '{{context.to}}' })
    expect(() => render(link, { to: 'javascript:alert(1)' })).toThrow('/content/uri must begin with http')
    const place = content({ click: 'deep_link', uri: '{{context.to}}' })
    for (const to of ['javascript:alert(1)', 'data:text/html,x', 'no scheme', ''])
      expect(() => render(place, { to })).toThrow('/content/uri must be an address of the app')
  })
  it('with an error in one text has a finding there', () => {
    const compiled = compilePushContent(
      content({ buttons: [{ id: 'a', label: '{{context.', click: 'dismiss', uri: null }] }),
      { fragments: NO_FRAGMENTS },
    )
    expect(compiled).toMatchObject({ ok: false, findings: [{ pointer: '/content/buttons/0/label' }] })
  })
})

describe('what content lacks', () => {
  const codes = (more: Partial<PushContent>) =>
    missingFromPush(content(more)).map(({ pointer, code }) => [pointer, code])
  it('is nothing of a text alone, nor of a silent one without any', () => {
    expect(codes({})).toEqual([])
    expect(codes({ pushType: 'silent', body: '' })).toEqual([])
  })
  const button = { id: 'a', label: 'A', click: 'dismiss', uri: null } as const
  const cases: readonly (readonly [Partial<PushContent>, string, string])[] = [
    [{ body: ' ' }, '/content/body', 'content_empty'],
    [{ click: 'web_url', uri: 'shop' }, '/content/uri', 'value_wrong'],
    [{ media: 'logo.png' }, '/content/media', 'value_wrong'],
    [{ badge: 'three' }, '/content/badge', 'value_wrong'],
    [{ buttons: [{ ...button, label: '' }] }, '/content/buttons/0/label', 'label_empty'],
    [{ buttons: [button, button] }, '/content/buttons/1/id', 'id_twice'],
    [{ buttons: [button] }, '/content/ios/category', 'category_missing'],
    [{ data: [{ name: 'aps', value: '1' }] }, '/content/data/0/name', 'name_reserved'],
    [{ data: [{ name: 'google.x', value: '1' }] }, '/content/data/0/name', 'name_reserved'],
    [
      {
        data: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
      '/content/data/1/name',
      'name_twice',
    ],
  ]
  for (const [more, pointer, code] of cases)
    it(`is told at ${pointer}: ${code}`, () => expect(codes(more)).toContainEqual([pointer, code]))
  it('says nothing of values that depend on data', () => {
    expect(codes({ click: 'web_url', uri: '{{context.to}}', badge: '{{context.n}}' })).toEqual([])
  })
})

describe('content that is silent', () => {
  const hidden = content({
    ...{ pushType: 'silent', title: '{{context.', body: 'x'.repeat(5_000), click: 'web_url', uri: 'shop' },
    ...{ media: 'logo.png', icon: 'https://x.test/icon.png' },
    buttons: [{ id: 'a', label: '', click: 'web_url', uri: 'no address' }],
    data: [{ name: 'sync', value: '1' }],
  })
  it('is its data alone: what its author wrote before is neither sent nor in the way', () => {
    expect(missingFromPush(hidden)).toEqual([])
    const sent = notificationOf(render(hidden), 'system')
    expect(sent).toMatchObject({
      kind: 'silent',
      click: { type: 'open_app' },
      buttons: [],
      data: { sync: '1' },
    })
    expect(Object.keys(sent)).not.toContain('media')
    expect(notificationOf(hidden, 'system')).toEqual(sent)
    expect(templatesOfPush(hidden).join()).not.toContain('context')
  })
})

describe('the sample data', () => {
  const moment = (reach: PushReach, monotonicMs = () => 0) => ({ nowMs: 0, monotonicMs, reach })
  const findings = (given: PushContent, at: ReturnType<typeof moment>, context = {}) => {
    const compiled = compilePushContent(given, { fragments: NO_FRAGMENTS })
    if (!compiled.ok) throw new TypeError(JSON.stringify(compiled.findings))
    return sampleFindingsOfPush(compiled.content, { profile: {}, context }, at).map(one => one.code)
  }
  const of = (...platforms: PushReach['platforms'][number][]): PushReach => ({ platforms, shownBy: 'system' })
  it('are measured for whom the campaign can reach, and nobody else', () => {
    // Icons and buttons are in every envelope; how much else there is differs.
    const some = content({ body: 'x'.repeat(3_880) })
    expect(findings(some, moment(of('fcm')))).toEqual(['payload_large'])
    expect(findings(some, moment(of('apns')))).toEqual([])
    expect(findings(some, moment(of('apns', 'fcm')))).toEqual(['payload_large'])
    expect(findings(some, moment(of()))).toEqual([])
    const data = [{ name: 'd', value: 'x'.repeat(3_900) }]
    const silent = content({ pushType: 'silent', body: '', data })
    expect(findings({ ...silent, pushType: 'message' }, moment(of('web')))).toEqual(['payload_large'])
    expect(findings(silent, moment(of('web')))).toEqual([])
  })
  it('are rendered for a limited time', () => {
    const long = content({ body: '{%#each context.list as |x|%}{{x}}{%/each%}' })
    const context = { list: Array.from({ length: 3_000 }, () => 'xx') }
    expect(findings(long, moment(of('fcm')), context)).toEqual(['payload_large'])
    let ms = 0
    const hours = () => {
      ms += 3_600_000
      return ms
    }
    expect(findings(long, moment(of('fcm'), hours), context)).toEqual([])
  })
})
