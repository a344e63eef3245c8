/** Parameters on links: where they go, and where not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withHtmlParameters, withTextParameters } from './link-parameters.ts'

const options = {
  parameters: [
    { name: 'utm_source', value: 'carillon' },
    { name: 'who', value: 'Zoë & co/1' },
  ],
  skip: ['https://out.test/u/'],
}
const QUERY = 'utm_source=carillon&who=Zo%C3%AB%20%26%20co%2F1'
const HTML_QUERY = QUERY.replaceAll('&', '&amp;')

const html: readonly (readonly [string, string])[] = [
  ['<a href="https://x.test">', `<a href="https://x.test?${HTML_QUERY}">`],
  ['<a href="https://x.test/a?b=1#c">', `<a href="https://x.test/a?b=1&amp;${HTML_QUERY}#c">`],
  ['<a href="https://x.test/#c?d">', `<a href="https://x.test/?${HTML_QUERY}#c?d">`],
  ['<a href="https://x.test/?">', `<a href="https://x.test/?${HTML_QUERY}">`],
  ["<A class=b HREF = 'HTTP://x.test'>", `<A class=b HREF = 'HTTP://x.test?${HTML_QUERY}'>`],
  ['<area href=https://x.test alt=y>', `<area href="https://x.test?${HTML_QUERY}" alt=y>`],
  ['<a href="mailto:a@x.test">', '<a href="mailto:a@x.test">'],
  ['<a href="#top">', '<a href="#top">'],
  ['<a href="https://out.test/u/abc">', '<a href="https://out.test/u/abc">'],
  ['<a data-plain-link href="https://x.test">', '<a data-plain-link href="https://x.test">'],
  ['<img src="https://x.test/i.png">', '<img src="https://x.test/i.png">'],
  ['<link href="https://x.test/s.css">', '<link href="https://x.test/s.css">'],
]
describe('in HTML', () => {
  for (const [before, after] of html)
    test(before, () => expect(withHtmlParameters(before, options)).toBe(after))

  test('a value that holds markup cannot end the attribute', () => {
    const hostile = { ...options, parameters: [{ name: 'x', value: `"'><script>&` }] }
    expect(withHtmlParameters('<a href="https://x.test">', hostile)).toBe(
      '<a href="https://x.test?x=%22&#39;%3E%3Cscript%3E%26">',
    )
  })
  test('empty values are left out, and nothing at all changes nothing', () => {
    expect(
      withHtmlParameters('<a href="https://x.test">', { parameters: [{ name: 'x', value: '' }], skip: [] }),
    ).toBe('<a href="https://x.test">')
  })
})

describe('in text', () => {
  const text: readonly (readonly [string, string])[] = [
    ['See https://x.test/a.', `See https://x.test/a?${QUERY}.`],
    ['(https://x.test/?b=1#c)', `(https://x.test/?b=1&${QUERY}#c)`],
    ['https://out.test/u/abc', 'https://out.test/u/abc'],
    ['mail a@x.test', 'mail a@x.test'],
  ]
  for (const [before, after] of text)
    test(before, () => expect(withTextParameters(before, options)).toBe(after))
})

test('a text without links stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter(text => !/https?:/i.test(text)),
      text => {
        expect(withHtmlParameters(text, options)).toBe(text)
        expect(withTextParameters(text, options)).toBe(text)
      },
    ),
  )
})
