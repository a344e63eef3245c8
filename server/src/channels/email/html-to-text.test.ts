/** What a reader of the plain part sees. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { htmlToText } from './html-to-text.ts'

const cases: readonly (readonly [string, string, string])[] = [
  ['paragraphs stand apart', '<p>one</p><p>two</p>', 'one\n\ntwo'],
  ['line breaks break lines', 'one<br>two<br/><br>three', 'one\ntwo\n\nthree'],
  ['blanks collapse as in a browser', ' a \n  <b>b</b>c ', 'a bc'],
  ['list items get a dash', '<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
  [
    'a link shows its address',
    '<a href="https://x.example/?a=1&amp;b=2">Go</a> now',
    'Go (https://x.example/?a=1&b=2) now',
  ],
  [
    'a link that is its own address is shown once',
    '<a href="https://x.example">https://x.example</a>',
    'https://x.example',
  ],
  [
    'scripts, styles, comments and heads vanish',
    '<head><title>t</title></head><style>a>b</style><!-- c --><script>"<p>"</script>x',
    'x',
  ],
  ['entities are decoded', 'a &amp; b &lt;c&gt; &euro;5 &#233;&#x2014;&unknown;', 'a & b <c> €5 é—&unknown;'],
  ['a quoted > does not end a tag', '<img alt="a > b">x', 'x'],
  ['a lone < is text', '1 < 2', '1 < 2'],
  [
    'cells of a table row stay on one line',
    '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>',
    'a b\nc',
  ],
  ['javascript targets are not shown', '<a href="javascript:x()">a</a>', 'a'],
]

for (const [title, html, text] of cases) test(title, () => expect(htmlToText(html)).toBe(text))

test('any input gives text and no error', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '<a href="',
    '<p',
    '</',
    '<!--',
    '<script>',
    '&#',
    ';',
    'x',
    ' ',
    '<li>',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
      expect(typeof htmlToText(pieces.join(''))).toBe('string')
    }),
  )
})

for (const piece of [
  '<a "',
  '<',
  '<script',
  '<!--',
  '&#',
  '<p>',
  "<a '>",
  '<a href="https://x.example">',
  '<script>',
  '</',
] as const) {
  test(`time stays linear for a megabyte of ${piece}`, { timeout: 5_000 }, () => {
    expect(typeof htmlToText(piece.repeat(1_000_000 / piece.length))).toBe('string')
  })
}
