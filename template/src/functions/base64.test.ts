import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectTemplate } from '../test/expect-template.ts'
import { platform } from '../test/platform.ts'
import { base64Length, decodeBase64, encodeBase64 } from './base64.ts'

describe('base64', () => {
  test('any bytes are coded as the platform codes them, and come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
        const text = encodeBase64(bytes)
        expect(text).toBe(platform.Buffer.from(bytes).toString('base64'))
        expect(text.length).toBe(base64Length(bytes.length))
        expect([...(decodeBase64(text) ?? [])]).toEqual([...bytes])
        expect([...(decodeBase64(text.replace(/=+$/, '')) ?? [])]).toEqual([...bytes])
      }),
    )
  })

  test.each(['a', 'ab=', 'abc==', 'a===', '=', 'ab c', 'a-_b', 'abcde', 'ab=c', 'YQ==YQ=='])(
    '%s is no base64',
    text => {
      expect(decodeBase64(text)).toBeNull()
    },
  )

  test('what is no base64 of a text is printed as it is', () => {
    for (const text of ['a b', '/w==', 'YQ=']) {
      expectTemplate('{%= decode64(context.t) %}').as('text').context({ t: text }).toRender(text)
    }
    expectTemplate('[{%= decode64(context.t) %}{%= encode64(context.t) %}]').context({}).toRender('[]')
  })

  test('any text survives the way there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), t => {
        expectTemplate('{%= decode64(encode64(context.t)) %}').as('text').context({ t }).toRender(t)
      }),
    )
  })

  test('a text that would be too large is refused before it is built', () => {
    expectTemplate('{%= encode64(context.t) %}')
      .context({ t: 'x'.repeat(76) })
      .within({ maxOutputLength: 100 })
      .toStopWith('value_too_large')
  })
})
