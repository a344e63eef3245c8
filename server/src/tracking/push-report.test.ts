/** Reports of touches: what the token of a notification grants, and that nobody makes one up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pushLinksOf } from './push-links.ts'
import { createPushReportReader, createPushReportSigner, REPORT_DAYS } from './push-report.ts'

const NOW = new Date('2026-03-01T09:00:00Z')
const sign = createPushReportSigner('a secret')
const read = createPushReportReader('a secret')
const grant = {
  ...{ messageId: '01931f6e-0000-7000-8000-000000000001', sentAt: NOW, opens: true },
  links: [0n, -1n, 2n ** 62n],
}

describe('the token of a notification', () => {
  it('says whose message it is and what touches count as, whatever that is', () => {
    const links = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 5 })
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), links, (messageId, opens, some) => {
        const given = { messageId, sentAt: NOW, opens, links: some }
        expect(read(sign(given), NOW)).toEqual(given)
      }),
    )
  })
  it('is none when a character of it was changed, or another instance signed it', () => {
    const token = sign(grant)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '_', '~', ''), (at, other) => {
        const changed = token.slice(0, at) + other + token.slice(at + 1)
        if (changed !== token) expect(read(changed, NOW)).toBeUndefined()
      }),
    )
    expect(createPushReportReader('another')(token, NOW)).toBeUndefined()
  })
  it('of any text is read or refused, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String({ maxLength: 200 })), text => {
        expect(read(text, NOW)).toBeUndefined()
      }),
    )
  })
  it('ends', () => {
    const after = (days: number) => new Date(NOW.getTime() + days * 86_400_000)
    expect(read(sign(grant), after(REPORT_DAYS - 1))).toEqual(grant)
    expect(read(sign(grant), after(REPORT_DAYS))).toBeUndefined()
  })
  it('has no more links than a notification', () => {
    expect(() => sign({ ...grant, links: [1n, 2n, 3n, 4n, 5n, 6n] })).toThrow(RangeError)
  })
})

describe('the links of a notification', () => {
  const button = { id: 'a', label: 'Track', click: 'web_url', uri: 'https://x.test/{{context.n}}' }
  it('are its own address and its buttons, as their author wrote them, stored once one is followed', () => {
    const { ids, followAll, unsaved, saved } = pushLinksOf(
      { click: 'deep_link', uri: 'shop://o/{{context.n}}' },
      [button, { id: 'later', label: '{{context.word}}', click: 'dismiss', uri: null }],
    )
    expect(unsaved()).toEqual([])
    followAll()
    expect(unsaved().map(({ url, label }) => [url, label])).toEqual([
      ['shop://o/{{context.n}}', ''],
      ['https://x.test/{{context.n}}', 'Track'],
      ['(dismiss)', 'later'],
    ])
    expect(unsaved().map(one => one.linkId)).toEqual(ids)
    saved(unsaved())
    followAll()
    expect(unsaved()).toEqual([])
  })
  it('have the same ids in every version, and none for a touch that leads nowhere', () => {
    const [one, other] = [button, { ...button, id: 'b' }].map(
      some => pushLinksOf({ click: 'open_app', uri: null }, [some]).ids,
    )
    expect(one).toEqual(other)
    expect(one?.[0]).toBe(0n)
  })
})
