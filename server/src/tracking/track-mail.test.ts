import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { createLinkBook } from './link-book.ts'
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
const track = (html: string, more: Partial<MailTracking> = {}, text = '') =>
  trackMail(
    { html, text },
    { book: createLinkBook(), mirrorUrl: 'https://links.test/t/mirror', tracking: { ...followed, ...more } },
  )

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
    book.saved(book.unsaved())
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
