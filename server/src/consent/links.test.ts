import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uuidv7 } from '../lib/ids.ts'
import { createConsentLinks, createLinkReader } from './links.ts'

const secret = 'a secret of the tests, long enough'
const links = createConsentLinks({ secret, publicUrl: 'https://mail.example.test/base' })
const read = createLinkReader(secret)
const now = new Date('2026-01-31T12:00:00Z')
const id = (): string => uuidv7(now.getTime())
const link = (address = 'ada@example.test') => ({
  ...{ sandboxId: id(), profileId: id(), messageId: id(), campaignId: id() },
  ...{ address, level: 'identity' as const },
})
const tokenOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)
const after = (days: number): Date => new Date(now.getTime() + days * 86_400_000)

test('a link says what it was made of, below the public address', () => {
  const given = link()
  const url = links.unsubscribe(given, now)
  expect(url).toMatch(/^https:\/\/mail\.example\.test\/base\/u\/[A-Za-z0-9_-]+$/)
  expect(read(tokenOf(url), now)).toEqual({ kind: 'unsubscribe', ...given })
  const own = { ...given, messageId: null, campaignId: null }
  expect(read(tokenOf(links.preferences(own, now)), now)).toEqual({ kind: 'preferences', ...own })
})

test('a link with the longest address fits a header line', () => {
  const url = links.unsubscribe(link(`${'a'.repeat(64)}@${'b'.repeat(185)}.test`), now)
  expect(`List-Unsubscribe: <${url}>`.length).toBeLessThan(900)
})

test('a link that was changed anywhere, cut or lengthened is nothing', () => {
  const token = tokenOf(links.unsubscribe(link(), now))
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (place, sign) => {
      const changed = token.slice(0, place) + sign + token.slice(place + 1)
      expect(read(changed, now) === undefined).toBe(changed !== token)
    }),
    { numRuns: 500 },
  )
  for (const bad of [token.slice(0, -1), `${token}A`, `${token}=`, '', 'example', '../..'])
    expect(read(bad, now)).toBeUndefined()
})

test('any text at all is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), text => {
      expect(read(text, now)).toBeUndefined()
    }),
  )
})

test('a link of another instance is nothing', () => {
  const foreign = createConsentLinks({ secret: `${secret}!`, publicUrl: 'https://mail.example.test' })
  expect(read(tokenOf(foreign.unsubscribe(link(), now)), now)).toBeUndefined()
})

test('a link in a mail holds for 25 months, a confirmation for 7 days', () => {
  const mail = tokenOf(links.unsubscribe(link(), now))
  expect(read(mail, new Date('2028-02-28T12:00:00Z'))).toBeDefined()
  expect(read(mail, new Date('2028-03-03T12:00:00Z'))).toBeUndefined()
  const ids = { sandboxId: id(), profileId: id(), topicId: id(), eventId: id() }
  const confirm = tokenOf(links.confirm({ ...ids, address: '' }, now))
  expect(read(confirm, after(6.9))).toEqual({ kind: 'confirm', ...ids, address: '' })
  expect(read(confirm, after(7))).toBeUndefined()
})
