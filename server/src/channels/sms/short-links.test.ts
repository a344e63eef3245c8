/** Short links in a text. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linksTo, newShortCode, SHORT_CODE, shortenLinks } from './short-links.ts'

const BASE = 'https://l.test'

test('every web link becomes a short one, the rest of the text stays', () => {
  const { shown, urls, withCodes } = shortenLinks(
    'See https://shop.test/a?b=1#c, or (http://x.test/y). Not shop.test, nor ftp://x.',
    BASE,
  )
  expect(urls).toEqual(['https://shop.test/a?b=1#c', 'http://x.test/y'])
  expect(withCodes(['A', 'B'])).toBe(
    'See https://l.test/s/A, or (https://l.test/s/B). Not shop.test, nor ftp://x.',
  )
  expect(shown.length).toBe(withCodes([newShortCode(), newShortCode()]).length)
})

test('an address keeps the brackets that it opened, and loses those around it', () => {
  const { urls } = shortenLinks(
    '(see https://w.test/Foo_(bar)) “https://w.test/x”, [https://w.test/y]!',
    BASE,
  )
  expect(urls).toEqual(['https://w.test/Foo_(bar)', 'https://w.test/x', 'https://w.test/y'])
})

test('a text of a million brackets is read in a moment', () => {
  const began = performance.now()
  shortenLinks(`https://w.test/${')'.repeat(500_000)}x https://w.test/${'!'.repeat(500_000)}x`, BASE)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('a text without links, and one with short links already, stay what they are', () => {
  for (const text of ['Your code is 1234', 'https://l.test/s/abcdefghij'])
    expect(shortenLinks(text, BASE)).toMatchObject({ shown: text, urls: [] })
})

test('a link leads to the ASCII form of its address, and keeps the code that it was given before', () => {
  const [first, second] = linksTo(['https://w.test/ł', 'https://пример.test/🔔?q=ж#ч'], [])
  for (const link of [first, second]) expect(link?.url).toMatch(/^[!-~]+$/)
  const again = linksTo(['https://w.test/ł', 'https://w.test/ł'], [{ code: 'abc', url: first?.url ?? '' }])
  expect(again[0]).toEqual({ code: 'abc', url: first?.url })
  expect(again[1]?.code).toMatch(SHORT_CODE)
})

test('codes are ten letters and digits, and of many none comes twice', () => {
  const codes = Array.from({ length: 2_000 }, newShortCode)
  expect(codes.every(code => SHORT_CODE.test(code))).toBe(true)
  expect(new Set(codes).size).toBe(codes.length)
})

test('whatever stands in a text, what is no link is kept', () => {
  const unit = fc.constantFrom(...'https://a.b/? ).<>"\n')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 80 }), text => {
      const { urls, withCodes } = shortenLinks(text, BASE)
      // Put back in their order, the links are the text again.
      const marked = withCodes(urls.map((_url, index) => `#${index}#`))
      const back = urls.reduce((all, url, index) => all.replace(`${BASE}/s/#${index}#`, () => url), marked)
      expect(back).toBe(text)
    }),
  )
})
