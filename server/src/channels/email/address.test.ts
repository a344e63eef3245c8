/** What counts as one sendable address. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAsciiAddress, parseAddress } from './address.ts'

const good: readonly (readonly [string, string])[] = [
  ['ada@example.org', 'ada@example.org'],
  ['Ada.Lovelace+bells@Mail.Example.org', 'Ada.Lovelace+bells@mail.example.org'],
  ["o'neil_%x@example.co.uk", "o'neil_%x@example.co.uk"],
  ['a@bücher.example', 'a@xn--bcher-kva.example'],
  ['josé@bücher.example', 'josé@xn--bcher-kva.example'],
  ['jose\u0301@example.org', 'jos\u00e9@example.org'],
  ['用户@例子.example', '用户@xn--fsqu00a.example'],
]
for (const [value, address] of good)
  test(`${value} is sendable`, () => expect(parseAddress(value)).toEqual({ address }))

const bad = [
  '',
  'ada',
  '@example.org',
  'ada@',
  'ada@example',
  'a@b@example.org',
  'a b@example.org',
  ' ada@example.org',
  'ada@example.org ',
  'ada@example.org\r\nBcc: v@example.org',
  'ada@exam\nple.org',
  'ada\0@example.org',
  '.ada@example.org',
  'ada.@example.org',
  'a..b@example.org',
  'ada@-example.org',
  'ada@example..org',
  'ada@.example.org',
  'ada@example.org.',
  'ada@[127.0.0.1]',
  'ada@127.0.0.1',
  'jo\u200dsé@example.org',
  'jo sé@example.org',
  `${'é'.repeat(33)}@example.org`,
  '"a b"@example.org',
  'Ada <ada@example.org>',
  'ada@example.org,bob@example.org',
  `${'a'.repeat(65)}@example.org`,
  `ada@${'a'.repeat(64)}.org`,
  `ada@${'abcdefgh.'.repeat(30)}org`,
  'ada@exa_mple.org',
  'ada@%65xample.org',
]
for (const value of bad)
  test(`${JSON.stringify(value.slice(0, 50))} is not`, () => expect(parseAddress(value)).toBeUndefined())

test('what is not a string is not an address', () => {
  for (const value of [undefined, null, 1, {}, ['a@b.example']]) expect(parseAddress(value)).toBeUndefined()
})

test('an answer is always safe in an SMTP command and stays itself', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', '@', '.', 'example', 'org', '\r\n', ' ', '<', '>', 'é', 'ß', '\u3002'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), pieces => {
      const address = parseAddress(pieces.join(''))?.address
      if (address === undefined) return
      expect(isAsciiAddress(address.slice(address.indexOf('@')))).toBe(true)
      expect(address).not.toMatch(/\p{C}|\p{Z}/u)
      expect(address).not.toMatch(/[<>\s,;:]/)
      expect(parseAddress(address)).toEqual({ address })
    }),
    { numRuns: 2_000 },
  )
})
