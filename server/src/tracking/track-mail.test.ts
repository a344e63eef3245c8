import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { compileEmailContent } from '../content/email-content.ts'
import { createLinkBook, type LinkBook, MOST_FROM_DATA } from './link-book.ts'
import { createLinkTokenReader } from './link-token.ts'
import { type MailTracking, trackMail } from './track-mail.ts'
import { createTracking } from './tracking.ts'

const tracking = createTracking({ secret: 'a secret', publicUrl: 'https://links.test' })
const read = createLinkTokenReader('a secret')
const sentAt = new Date('2026-06-15T12:00:00.000Z')
const OWN = 'https://links.test/u/abc'
const followed: MailTracking = {
  ...{ sign: tracking.sign, linkBase: tracking.linkBase, own: [OWN] },
  ...{ messageId: '01900000-0000-7000-8000-0000000000aa', sentAt, clicks: true, opens: false },
}
// Of what no template marked, as data bring it: it is searched through.
const track = (html: string, more: Partial<MailTracking> = {}, text = '') => {
  const book = createLinkBook()
  book.open()
  return trackMail(
    { html, text },
    { book, mirrorUrl: 'https://links.test/t/mirror', tracking: { ...followed, ...more } },
  )
}

/** Where an address leads: by its token, or by itself. */
const leadsTo = (url: string): string => {
  if (!url.startsWith(tracking.linkBase)) return url
  const token = read(url.slice(tracking.linkBase.length), sentAt)
  return token.kind === 'link' ? token.link.target : 'nowhere'
}
const kindOf = (url: string): string => {
  const token = read(url.slice(tracking.linkBase.length), sentAt)
  return token.kind === 'link' ? token.link.kind : token.kind
}
const hrefs = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(one => one[1] ?? '')

type Node = DefaultTreeAdapterTypes.Node
/** A document as a browser has it, its links by where they lead. */
const outline = (html: string): unknown => {
  const of = (node: Node): unknown => {
    const attrs =
      'attrs' in node
        ? node.attrs.map(({ name, value }) => [
            name,
            name === 'href'
              ? leadsTo(value)
                  .trim()
                  .replaceAll(/[\t\n\r]/g, '')
              : value,
          ])
        : []
    const children = 'childNodes' in node ? node.childNodes.map(of) : []
    return [
      node.nodeName,
      attrs,
      'value' in node ? node.value : '',
      'data' in node ? node.data : '',
      children,
    ]
  }
  return of(parseFragment(html, { scriptingEnabled: false }))
}

describe('a mail whose links are followed', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '<a href="https://x.test/?a=1&amp;b=2">',
        '<a href=https://x.test/>',
        "<a class=b href='http://x.test/ '>",
        '</a>',
      ],
      ...[
        '<area href="https://x.test/é">',
        '<a href="javascript:alert(1)">',
        '<a href="data:text/html,x">',
        '<a href="#x">',
      ],
      ...[
        '<a href="mailto:a@x.test">',
        '<a href="//x.test">',
        '<a href=" https://x.test/\n1">',
        '<img alt="<a href=\'https://x.test\'>">',
      ],
      ...[
        '<!-- <a href="https://x.test"> -->',
        '<style>a{}</style>',
        '<p>',
        '</p>',
        'text & more',
        '"',
        "'",
        '<',
        '>',
        'https://x.test',
      ],
      ...[
        '<a href="https://x.test/&eacute;">',
        '<a href>',
        '<a HREF="HTTPS://X.test/" href="https://y.test">',
        '<a href="https://">',
      ],
    ),
    fc.string({ maxLength: 5 }),
  )

  it('is the same to a browser, and every link leads where it led', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), pieces => {
        const html = pieces.join('').replaceAll(/[\0\r]/g, '')
        expect(outline(track(html).html)).toEqual(outline(html))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'ftp://x.test/',
    'mailto:a@x.test',
    'tel:+31',
    '#top',
    '/path',
    'https://',
    'https://x.test/\u0007',
    `https://x.test/${'x'.repeat(1_000)}`,
    `${OWN}?more=1`,
  ])('leaves %s alone', target => {
    const html = `<a href="${target.replaceAll('<', '&lt;')}">x</a>`
    expect(track(html).html).toBe(html)
  })

  it('has a link of its mode', () => {
    const html = `<a href="https://x.test/1" data-tracking-type="never">1</a>
      <a data-tracking-type=OPT_OUT href="https://x.test/2">2</a>
      <a href="" data-tracking-type="MIRROR_PAGE">3</a><a data-tracking-type="MIRROR_PAGE">4</a>`
    const [never, out, ...mirrors] = hrefs(track(html).html)
    expect(never).toBe('https://x.test/1')
    expect([kindOf(out ?? ''), leadsTo(out ?? '')]).toEqual(['unsubscribe', 'https://x.test/2'])
    expect(mirrors).toEqual(['https://links.test/t/mirror', 'https://links.test/t/mirror'])
  })

  it('has the same links in its text, without the end of a sentence', () => {
    const text =
      'See https://x.test/a?b=1. Or (https://y.test/)and https://w.test/a_(b), https://x.test/never!'
    const html =
      '<a href="https://x.test/a?b=1">1</a><a href="https://x.test/never" data-tracking-type="NEVER">2</a>'
    const tracked = track(html, {}, text)
    const urls = [...tracked.text.matchAll(/https:\/\/links\.test\/t\/[\w-]+/g)].map(one => one[0])
    expect(urls.map(leadsTo)).toEqual(['https://x.test/a?b=1', 'https://y.test/', 'https://w.test/a_(b)'])
    expect(urls[0]).toBe(hrefs(tracked.html)[0])
    expect(tracked.text.replaceAll(/https:\/\/links\.test\/t\/[\w-]+/g, leadsTo)).toBe(text)
  })

  it('has its pixel at the end of what is seen, and none on its mirror page', () => {
    const { html, mirror } = track('<body><p>x</p></body></html>', { opens: true, clicks: false })
    expect(html).toMatch(
      /<p>x<\/p><img src="https:\/\/links\.test\/t\/[\w-]+" width="1" height="1"[^>]*><\/body>/,
    )
    expect(mirror).toBe('<body><p>x</p></body></html>')
    expect(track('x', { opens: true }).html).toMatch(/^x<img/)
  })
})

describe('the links of a template', () => {
  it('are marked where they are links, and leave no trace when nothing is followed', () => {
    const source = `<a href="https://x.test/{{ "a>b" }}?q={{context.q}}" data-label="L">1</a>
      <a title="{{#if context.a}}<a href='x'>{{/if}}" href='{{context.url}}'>2</a><!-- <a href="z"> -->`
    const book = createLinkBook()
    const marked = book.markHtml(source)
    expect(book.template.map(({ url, label, isFixed }) => [url, label, isFixed])).toEqual([
      ['https://x.test/{{ "a>b" }}?q={{context.q}}', 'L', false],
      ['{{context.url}}', '', false],
    ])
    const cleared = trackMail({ html: marked, text: '' }, { book, mirrorUrl: '', tracking: null })
    // The template's own tags are text here, and hold a tag that a renderer would have taken out.
    expect(cleared.html.replaceAll(/ data-carillon-link="\d+"/g, '')).toBe(source)
  })

  it('keep their number through a render, whoever the mail is for', () => {
    const book = createLinkBook()
    const html = book.markHtml('<a href="https://x.test/{{context.id}}">1</a>')
    const text = book.markText('Go to https://x.test/{{context.id}}.')
    for (const id of ['1', '2']) {
      const rendered = { html: html.replace('{{context.id}}', id), text: text.replace('{{context.id}}', id) }
      const tracked = trackMail(rendered, { book, mirrorUrl: '', tracking: followed })
      const [url = ''] = hrefs(tracked.html)
      expect([leadsTo(url), tracked.text]).toEqual([`https://x.test/${id}`, `Go to ${url}.`])
    }
    expect(book.unsaved().map(link => link.url)).toEqual(['https://x.test/{{context.id}}'])
    book.saved(book.unsaved(), new Set())
    expect(book.unsaved()).toEqual([])
  })

  it('cannot be made up by data: a number that there is not is no link', () => {
    const book = createLinkBook()
    const html =
      '<a data-carillon-link="99" href="https://x.test/">1</a><a href=https://x.test/b data-carillon-link=-1>'
    const tracked = trackMail({ html, text: '' }, { book, mirrorUrl: '', tracking: followed })
    expect(tracked.html).not.toContain('data-carillon')
    expect(book.unsaved().map(link => link.url)).toEqual(['https://x.test/…'])
  })
})

describe('a mail whose marks lead to all its links', () => {
  const moment = { nowMs: 0, monotonicMs: () => 0, random: () => 0, outside: {} }
  const compiled = (html: string) => {
    const result = compileEmailContent(
      { subject: 's', html, text: null },
      { fragments: { get: () => undefined }, withLinks: true },
    )
    if (!result.ok || result.content.links === null) throw new Error(JSON.stringify(result.findings))
    return { content: result.content, book: result.content.links }
  }
  const piece = fc.constantFrom(
    ...[
      '<a href="https://x.test/?a=1&amp;b=2">',
      "<a class='b' href='http://x.test/{{context.x}}' id=z>",
      '<area title="{{context.x}}" href="{{context.url}}">',
      '<a data-tracking-type="NEVER" href="https://x.test/never">',
      '<a href="https://x.test/out" data-tracking-type=OPT_OUT>',
      '<a href="#" data-tracking-type="MIRROR_PAGE">',
    ],
    ...[
      '<a name="x">',
      '</a>',
      '{{context.x}}',
      '<p title="{{context.x}}">',
      'https://x.test/?a=1&amp;b=2',
      '<!--[if mso]><a href="https://x.test/mso">y</a><![endif]-->',
      '{{#if context.x}}<a href="https://x.test/if">{{else}}<b>{{/if}}',
      '<style>p{}</style>',
    ],
    ...[
      '{{{context.raw}}}',
      '<a href=https://bare.test/>',
      '<a href="y" {{context.x}}>',
      '<{{context.x}} href="https://x.test/">',
      '<a {{#if context.x}}href="https://x.test/1"{{else}}href="https://x.test/2"{{/if}}>',
      '<!-- <a href="https://x.test/comment"> -->',
    ],
  )
  const text = fc.oneof(
    fc.constantFrom(
      '',
      'a',
      '" href="https://evil.test/',
      '\uFDD00\uFDD1',
      ' data-carillon-link="0"',
      '<a href="https://evil.test/">',
    ),
    fc.string({ maxLength: 6 }),
  )

  it('is the same as one that is searched through, whatever its data', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), text, text, (pieces, x, raw) => {
        const html = pieces.join('\n')
        const [marked, searched] = [compiled(html), compiled(html)]
        ;(searched.book as LinkBook & { open(): void }).open()
        const data = { profile: {}, context: { x, raw, url: `https://x.test/${x}` } }
        const of = { mirrorUrl: 'https://links.test/t/mirror', tracking: followed }
        const [one, other] = [marked, searched].map(({ content, book }) =>
          trackMail(content.render(data, moment), { ...of, book }),
        )
        expect(one).toEqual(other)
        const idsOf = (book: LinkBook) => book.unsaved().map(link => link.linkId)
        expect(idsOf(marked.book)).toEqual(idsOf(searched.book))
      }),
      { numRuns: 1_500 },
    )
  })

  it('is one of plain templates, and not where data may bring a link or the place of an address', () => {
    const isWhole = (html: string): boolean => compiled(html).book.isWhole
    for (const html of [
      '<a href="https://x.test/">',
      `<p>{{context.x}}</p><a href='{{context.url}}' title="{{context.x}}">1 &lt; 2</a>`,
      '<!--[if mso]><a href="x">y</a><![endif]-->',
    ])
      expect(isWhole(html), html).toBe(true)
    for (const html of [
      '{{{context.raw}}}',
      '<a href={{context.url}}>',
      '<a {{context.x}} href="y">',
      '<a{{context.x}}>',
      '<{{context.x}}>',
      '{{fragment id=context.x}}',
      '<a data-carillon-link="0" href="x">',
    ])
      expect(isWhole(html), html).toBe(false)
  })
})

describe('what is stored of links', () => {
  it('is what is followed, cut to its length, and of what data bring so many and no more', () => {
    const book = createLinkBook()
    const long = `https://x.test/{{context.id}}?${'x'.repeat(5_000)}`
    const html = book.markHtml(
      `<a href="mailto:a@x.test">1</a><a href="#top">2</a><a href="data:x">3</a><a href="${OWN}">4</a>
      <a href="${long}" data-label="${'l'.repeat(500)}">5</a><a href="https://x.test/6">6</a>`,
    )
    trackMail(
      { html: html.replace(`?${'x'.repeat(5_000)}`, ''), text: '' },
      { book, mirrorUrl: '', tracking: followed },
    )
    expect(book.unsaved().map(link => [link.url.length, link.label.length])).toEqual([
      [2_000, 200],
      ['https://x.test/6'.length, 0],
    ])
    book.saved(book.unsaved(), new Set())
    book.open()
    const hosts = Array.from({ length: MOST_FROM_DATA + 50 }, (_, n) => `<a href="https://h${n}.test/">x</a>`)
    trackMail({ html: hosts.join(''), text: '' }, { book, mirrorUrl: '', tracking: followed })
    const fresh = book.unsaved()
    expect([fresh.length, fresh.filter(link => link.url === '…').length]).toEqual([MOST_FROM_DATA + 1, 1])
    const [first] = fresh
    book.saved(fresh, new Set([first?.linkId ?? 0n]))
    expect(book.unsaved()).toEqual([])
    expect(book.turnedUp(first?.url ?? '', '').url).toBe('…')
  })
})
