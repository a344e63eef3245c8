/** Parameters on links: where they go, and where not. */
import { compileTemplate } from '@carillon/template'
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
  [
    `<a title=' href="https://y.test"' href="https://x.test">`,
    `<a title=' href="https://y.test"' href="https://x.test?${HTML_QUERY}">`,
  ],
  [
    '<a href="https://x.test/?a=1&#38;b&equals;2&#35;c">',
    `<a href="https://x.test/?a=1&#38;b&equals;2&amp;${HTML_QUERY}&#35;c">`,
  ],
  // What tracking cannot read for sure gets no parameters either, and what nobody sees is no link.
  ['<a href="https://x.test/?b=&eacute;">', '<a href="https://x.test/?b=&eacute;">'],
  ['<!-- <a href="https://x.test"> -->', '<!-- <a href="https://x.test"> -->'],
  [
    '<a href="https&colon;&sol;&sol;x.test&quest;">',
    `<a href="https&colon;&sol;&sol;x.test&quest;${HTML_QUERY}">`,
  ],
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

// What a reader makes of an attribute, written apart from the code under test.
const readersHref = (html: string): string =>
  (/href="([^"]*)"/.exec(html)?.[1] ?? '')
    .replace(/&#x([0-9a-f]+);/gi, (_all, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_all, decimal) => String.fromCodePoint(Number(decimal)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

describe('a link that comes out of the data', () => {
  const compiled = compileTemplate('<a href="{%= context.url %}">x</a>', { target: 'html' })
  const hrefOf = (url: string, more: Partial<typeof options> = {}): string => {
    if (!compiled.ok) throw new Error('the template is wrong')
    const moment = { nowMs: 0, monotonicMs: () => 0, random: () => 0, outside: {} }
    const html = compiled.template.render({ profile: {}, context: { url } }, moment)
    return readersHref(withHtmlParameters(html, { ...options, ...more }))
  }

  test('keeps its query and its fragment', () => {
    expect(hrefOf('https://shop.test/reset?token=abc&user=5')).toBe(
      `https://shop.test/reset?token=abc&user=5&${QUERY}`,
    )
    expect(hrefOf("https://shop.test/it's?q='1'#a=b")).toBe(`https://shop.test/it's?q='1'&${QUERY}#a=b`)
  })
  test('is known as a way out however it is escaped', () => {
    const out = 'https://out.test/u?t=a&s=b'
    expect(hrefOf(`${out}=`, { skip: [out] })).toBe(`${out}=`)
  })
  test('of any characters gets exactly the parameters more', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), url => {
        const [before, after] = [new URL(url), new URL(hrefOf(url))]
        expect(after.searchParams.get('utm_source')).toBe('carillon')
        expect(after.searchParams.get('who')).toBe('Zoë & co/1')
        expect([after.hash, after.pathname]).toEqual([before.hash, before.pathname])
        expect(after.search.startsWith(before.search)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe('in text', () => {
  const text: readonly (readonly [string, string])[] = [
    ['See https://x.test/a.', `See https://x.test/a?${QUERY}.`],
    ['(https://x.test/?b=1#c)', `(https://x.test/?b=1&${QUERY}#c)`],
    ['https://out.test/u/abc', 'https://out.test/u/abc'],
    ['mail a@x.test', 'mail a@x.test'],
    ['(https://x.test/Foo_(bar)) here', `(https://x.test/Foo_(bar)?${QUERY}) here`],
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
