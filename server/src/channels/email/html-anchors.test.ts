import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { decodeAttribute, encodeAttribute } from './attribute-value.ts'
import { type Anchor, scanAnchors } from './html-anchors.ts'

const RUNS = 3_000

type Node = DefaultTreeAdapterTypes.Node

const anchorsOf = (html: string): Anchor[] => {
  const anchors: Anchor[] = []
  scanAnchors(html, anchor => anchors.push(anchor))
  return anchors
}
const ours = (html: string): (string | undefined)[] =>
  anchorsOf(html).map(({ href }) => href && html.slice(href.start, href.end))

/** Where a browser's parser says that links start, by the standard's own algorithm. */
const theirs = (html: string): { offset: number; href: string | undefined }[] => {
  const found: { offset: number; href: string | undefined }[] = []
  const walk = (node: Node): void => {
    if ('tagName' in node && (node.tagName === 'a' || node.tagName === 'area')) {
      const offset = node.sourceCodeLocation?.startTag?.startOffset ?? node.sourceCodeLocation?.startOffset
      const href = node.attrs.find(attribute => attribute.name === 'href')?.value
      // A tag that the standard opens again stands in the text once.
      if (offset !== undefined && !found.some(one => one.offset === offset)) found.push({ offset, href })
    }
    if ('childNodes' in node) for (const child of node.childNodes) walk(child)
  }
  walk(parseFragment(html, { sourceCodeLocationInfo: true, scriptingEnabled: false }))
  return found.sort((a, b) => a.offset - b.offset)
}

describe('links of an HTML text', () => {
  it.each([
    ['in quotes, apostrophes and without', '<a href="x"><a href=\'y\'><AREA HREF=z>', ['x', 'y', 'z']],
    ['with blanks and breaks', '<a\n class=b\thref =\n "x" >', ['x']],
    ['the first of two', '<a href=x href=y>', ['x']],
    ['of no other tag', '<abbr href=x><article href=x><b href=x>', []],
    ['not in another attribute', '<img alt="<a href=x>" title=\'>\'><a href="y">', ['y']],
    ['not in comments', '<!-- <a href=x> --><!--><a href=y><!--- <a href=z> -->', ['y']],
    [
      'not in what is no text',
      '<style><a href=x></style><title><a href=y></title><script>"<a href=z>"</script>',
      [],
    ],
    ['an end tag with attributes ends', '</p title="<a href=x>"><a href=y>', ['y']],
    ['without an end is none', '<a href="x"', []],
    ['with an open quote takes the rest', '<a href="x><a href=y>', []],
    ['a lone sign is text', '1 < 2 <a href=x> <3', ['x']],
    ['a quote within a bare value is part of it', '<p title=a"b><a href=x"y>', ['x"y']],
    ['without a value', '<a href><a href=>', ['', '']],
  ])('%s', (_name, html, found) => {
    expect(ours(html)).toEqual(found)
  })

  it('are found where Outlook alone reads, and cannot reach out of there', () => {
    expect(ours('<!--[if mso]><a href="x">y</a><![endif]--><a href=z>')).toEqual(['x', 'z'])
    expect(ours("<!--[if mso]><a href=\"--><a href='z'>")).toEqual(['z'])
    expect(ours('<!--[if !mso]><!--><a href=x><!--<![endif]-->')).toEqual(['x'])
  })

  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '<a ',
        '<a',
        '<A\n',
        '<area ',
        '</a>',
        '>',
        '<',
        '</',
        '/>',
        'href=',
        'href="',
        "href='",
        'HREF = ',
        '"',
        "'",
        '=',
        ' ',
      ],
      ...[
        '<!--',
        '-->',
        '--!>',
        '<!',
        '<?',
        '<p title="',
        '<b>',
        '</b >',
        '<style>',
        '</style>',
        '<textarea>',
        '</textarea >',
      ],
      ...[
        '<title>',
        '</title>',
        'https://x.test/?a=1&amp;b=2',
        'x',
        '\t',
        '\n',
        '&',
        ';',
        'data-label=',
        '<img alt=',
        '<br/',
        'é',
      ],
    ),
    fc.string({ maxLength: 4 }),
  )

  it('are those that a browser has, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), pieces => {
        // What a browser changes before it reads, and comments of Outlook, are not looked at here.
        const html = pieces
          .join('')
          .replaceAll(/[\0\r]/g, '')
          .replaceAll('<!--[if', '')
        const found = theirs(html)
        const hrefs = ours(html)
        expect(hrefs.length).toBe(found.length)
        for (const [index, { href }] of found.entries()) {
          const raw = hrefs[index]
          const value = raw === undefined ? undefined : decodeAttribute(raw)
          if (raw === undefined) expect(href).toBeUndefined()
          // An unknown reference is left alone; what is decoded is what a browser reads.
          else if (value !== undefined) expect(value).toBe(href)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('are read in linear time', () => {
    for (const hostile of [
      '<a href="',
      '<!--',
      '<!--[if ',
      '<a ',
      '</script',
      '<script>',
      '<!-- -->',
      '<!--[if x]><a href="-->',
      '<!------',
      "<style>'",
      "<a x='",
      '<',
      "<a href='x' ",
    ]) {
      const began = performance.now()
      anchorsOf(hostile.repeat(40_000))
      expect(performance.now() - began).toBeLessThan(3_000)
    }
  })
})

describe('the value of an attribute', () => {
  it('is decoded as a browser does, or not at all', () => {
    const reference = fc.constantFrom(
      ...[
        '&amp;',
        '&amp',
        '&',
        '&#38;',
        '&#x26',
        '&copy',
        '&copy;',
        '&notit;',
        '&lt',
        '&quot;',
        '&b=',
        '&AMP',
        'a',
        '1',
        '=',
        ';',
        ' ',
      ],
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(reference, fc.string({ maxLength: 3 })), { maxLength: 12 }), parts => {
        const raw = parts.join('').replaceAll(/["\0\r]/g, '')
        const value = decodeAttribute(raw)
        if (value !== undefined) expect(value).toBe(theirs(`<a href="${raw}">`)[0]?.href)
      }),
      { numRuns: RUNS },
    )
    expect(decodeAttribute('?a=1&amp;b=2&c=3&copy=4')).toBe('?a=1&b=2&c=3&copy=4')
    expect(decodeAttribute('?a=&eacute;')).toBeUndefined()
  })

  it('comes back from what was encoded', () => {
    fc.assert(fc.property(fc.string(), text => decodeAttribute(encodeAttribute(text)) === text))
  })
})
