import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLinkSigner, createLinkTokenReader, LINK_KINDS, signableLink } from './link-token.ts'

const sign = createLinkSigner('a secret')
const read = createLinkTokenReader('a secret')
const message = {
  messageId: '01900000-0000-7000-8000-0000000000aa',
  sentAt: new Date('2026-01-31T12:00:00.123Z'),
}
const link = { kind: 'click', linkId: -5n, target: 'https://shop.test/é?a=1&b=2' } as const
const token = sign(message, [signableLink(link)])[0] ?? ''
const days = (n: number): Date => new Date(message.sentAt.getTime() + n * 86_400_000)

describe('the token of a link', () => {
  it('comes back as it was signed, each of many', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            kind: fc.constantFrom(...LINK_KINDS),
            linkId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            target: fc.webUrl(),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        fc.uuid(),
        (links, messageId) => {
          const tokens = sign({ ...message, messageId }, links.map(signableLink))
          for (const [index, one] of links.entries())
            expect(read(tokens[index] ?? '', days(1))).toEqual({
              kind: 'link',
              link: { ...one, messageId, sentAt: message.sentAt },
            })
        },
      ),
    )
  })

  it('is refused with any character changed, cut off or added', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let at = 0; at < token.length; at += 1) {
      const other = letters[(letters.indexOf(token[at] ?? '') + 1) % 64]
      expect(read(token.slice(0, at) + other + token.slice(at + 1), days(1)).kind).toBe('none')
      expect(read(token.slice(0, at), days(1)).kind).toBe('none')
    }
    for (const odd of [`${token}A`, `${token}=`, `${token} `, `${token}AAAA`, `+${token}`, ''])
      expect(read(odd, days(1)).kind).toBe('none')
  })

  it('is refused with parts of two messages, or of another instance', () => {
    const other = { ...message, messageId: '01900000-0000-7000-8000-0000000000bb' }
    const theirs = sign(other, [signableLink(link)])[0] ?? ''
    expect(read(theirs.slice(0, 32) + token.slice(32), days(1)).kind).toBe('none')
    expect(createLinkTokenReader('another secret')(token, days(1)).kind).toBe('none')
  })

  it('is refused with the target of another link of the mail', () => {
    const [one = '', two = ''] = sign(message, [
      signableLink(link),
      signableLink({ ...link, target: 'https://shop.test/b' }),
    ])
    expect(read(one.slice(0, 52) + two.slice(52), days(1)).kind).toBe('none')
  })

  it.each([
    ['click', 760, 762],
    ['open', 760, 762],
    ['mirror', 89, 91],
  ] as const)('of kind %s can be used for its time', (kind, before, after) => {
    const [one = ''] = sign(message, [signableLink({ ...link, kind })])
    expect(read(one, days(before)).kind).toBe('link')
    expect(read(one, days(after)).kind).toBe('expired')
  })

  it('takes no target that would make the address too long', () => {
    const target = `https://shop.test/${'x'.repeat(3_000)}`
    expect(() => signableLink({ ...link, target })).toThrow(RangeError)
  })
})
