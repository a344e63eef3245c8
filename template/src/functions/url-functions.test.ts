import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileOk, expectTemplate } from '../test/expect-template.ts'
import { platform } from '../test/platform.ts'

const { URL } = platform

const shows = (expression: string, context: object) =>
  expectTemplate(`{%= ${expression} %}`).as('text').context(context)

const oneOf = (...choices: readonly string[]) => fc.constantFrom('', ...choices)

const urls = fc
  .tuple(
    oneOf('ada@', 'ada:pw@', 'a%40b@'),
    fc.constantFrom('example.com', 'a.b-c.example', '127.0.0.1', '[::1]'),
    oneOf(':8080', ':1'),
    oneOf('/', '/a', '/a/b.html', '/a:b/@c'),
    oneOf('?', '?a=1', '?a=1&b=2&a=3', '?x/y:z=@', '?a%20b&c=%26'),
    oneOf('#top', '#a/b?c=d', '#x:y@z'),
  )
  .map(parts => `https://${parts.join('')}`)

describe('the parts of a URL', () => {
  test.each([
    ['https://ada:secret@www.example.com:8443/a/b?x=/y#z/', 'https|www.example.com|/a/b|z/'],
    ['http://[::1]:80/', 'http|[::1]|/|'],
    ['https://example.com?q=1', 'https|example.com||'],
    ['https://example.com#top', 'https|example.com||top'],
    ['//cdn.example.com/a.png', '|cdn.example.com|/a.png|'],
    ['mailto:ada@example.com', 'mailto||ada@example.com|'],
    ['/contact?a=b', '||/contact|'],
    ['', '|||'],
  ])('of %s are %s', (u, prints) => {
    const parts = ['getUrlProtocol', 'getUrlHost', 'getUrlPath', 'getUrlFragment'].map(
      name => `${name}(context.u)`,
    )
    shows(`concat(${parts.join(', "|", ')})`, { u }).toRender(prints)
  })

  test('agree with the parser of the platform', () => {
    fc.assert(
      fc.property(urls, u => {
        const { hostname, hash, pathname } = new URL(u)
        shows('getUrlHost(context.u)', { u }).toRender(hostname)
        shows('concat("#", getUrlFragment(context.u))', { u }).toRender(hash || '#')
        shows('concat("/", substr(getUrlPath(context.u), 1))', { u }).toRender(pathname)
      }),
    )
  })

  test('of nothing are blank', () => {
    shows('concat("[", getUrlHost(context.x), getUrlPath(context.x), "]")', {}).toRender('[]')
  })
})

describe('appendQueryParams', () => {
  test.each([
    ['https://a.b/', 'k', 'v', 'https://a.b/?k=v'],
    ['https://a.b/?', 'k', 'v', 'https://a.b/?k=v'],
    ['https://a.b/?x=1', 'k', 'v', 'https://a.b/?x=1&k=v'],
    ['https://a.b/?k=1&x=2&k=3', 'k', 'v', 'https://a.b/?k=v&x=2'],
    ['https://a.b/?k', 'k', 'v', 'https://a.b/?k=v'],
    ['https://a.b/?kk=1', 'k', 'v', 'https://a.b/?kk=1&k=v'],
    ['https://a.b/?a%20b=1', 'a b', 'v', 'https://a.b/?a%20b=v'],
    ['https://a.b/#top?k=1', 'k', 'a&b=c#d', 'https://a.b/?k=a%26b%3Dc%23d#top?k=1'],
    ['https://a.b/', '', 'v', 'https://a.b/'],
  ])('of %s with %s = %s gives %s', (...row) => {
    const [u, k, v, prints] = row
    shows('appendQueryParams(context.u, context.k, context.v)', { u, k, v }).toRender(prints)
  })

  test('a parameter that was set can be read back, and setting it again changes nothing', () => {
    fc.assert(
      fc.property(urls, fc.oneof(fc.constantFrom('a', 'b', 'a b'), fc.string({ minLength: 1 })), (u, k) => {
        const once = compileOk('{{appendQueryParams(context.u, context.k, "v w")}}', { target: 'text' })
        const url = once.render({ context: { u, k } })
        expect(new URL(url).searchParams.getAll(k)).toEqual(['v w'])
        expect(once.render({ context: { u: url, k } })).toBe(url)
      }),
    )
  })

  test('a missing URL is blank and a missing value empty', () => {
    shows('appendQueryParams(context.x, "a", "b")', {}).toRender('')
    shows('appendQueryParams("https://a.b", "a", context.x)', {}).toRender('https://a.b?a=')
  })
})

test('an encoded text that would be too large is refused before it is built', () => {
  for (const call of ['urlEncode(context.t)', 'appendQueryParams("x", "k", context.t)']) {
    expectTemplate(`{%= ${call} %}`)
      .context({ t: '€'.repeat(20) })
      .within({ maxOutputLength: 100 })
      .toStopWith('value_too_large')
  }
  expectTemplate('{%= urlEncode(context.t) %}')
    .context({ t: 'a'.repeat(100) })
    .within({ maxOutputLength: 100 })
    .toRender('a'.repeat(100))
})
