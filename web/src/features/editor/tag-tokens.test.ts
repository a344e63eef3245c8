/** The pieces that are coloured, and the tags they lie in. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokensOf } from './tag-tokens.ts'
import { openTagAt, tagsIn, tagsOf } from './tags.ts'

const shown = (source: string): readonly string[] =>
  tagsOf(source).flatMap(tag =>
    tokensOf(source, tag).map(({ kind, start, end }) => `${kind} ${source.slice(start, end)}`),
  )

// Sources rich in what means something to the language.
const source = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '{{',
        '}}',
        '{{{',
        '}}}',
        '{%',
        '%}',
        '{%=',
        '{{#each ',
        '{{!--',
        '--}}',
        '"',
        "'",
        '@index',
        '~',
      ),
      fc.string(),
      fc.constantFrom('profile.a-b', 'upperCase(', ')', ' as |x|', '[0]', '`', ' = ', '?:', 'é', '\n'),
    ),
    { maxLength: 30 },
  )
  .map(parts => parts.join(''))

describe('the pieces of a tag', () => {
  it('are told apart in both layers', () => {
    expect(shown('{{#each context.items as |item|}}')).toEqual([
      'delimiter {{#',
      'keyword each',
      'path context.items',
      'keyword as',
      'operator |',
      'path item',
      'operator |',
      'delimiter }}',
    ])
    expect(shown('{%= upperCase(profile.a-1) ?: "x" %}')).toEqual([
      'delimiter {%=',
      'function upperCase',
      'operator (',
      'path profile.a',
      'operator -',
      'number 1',
      'operator )',
      'operator ?:',
      'string "x"',
      'delimiter %}',
    ])
  })

  it('keep a hyphen in a name of the Handlebars layer', () => {
    expect(shown('{{profile.order-total}}')).toContain('path profile.order-total')
  })

  it('show helpers with the names of their members', () => {
    expect(shown("{{fragment id='ajo:1' render=false}}")).toEqual([
      'delimiter {{',
      'keyword fragment',
      'name id',
      'operator =',
      "string 'ajo:1'",
      'name render',
      'operator =',
      'number false',
      'delimiter }}',
    ])
  })

  it('show else if, the loop names and comments', () => {
    expect(shown('{%else if @index > 1%}').slice(1, 3)).toEqual(['keyword else if', 'loop @index'])
    expect(shown('{{!-- {{x}} --}}')).toEqual(['comment {{!-- {{x}} --}}'])
  })

  it('lie in order inside their tags, whatever is typed', () => {
    fc.assert(
      fc.property(source, text => {
        let done = 0
        for (const token of tagsOf(text).flatMap(tag => tokensOf(text, tag))) {
          expect(token.start).toBeGreaterThanOrEqual(done)
          expect(token.end).toBeGreaterThanOrEqual(token.start)
          done = token.end
        }
        expect(done).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})

describe('the tags in sight', () => {
  it('are those that touch the range', () => {
    const tags = tagsOf('{{a}} text {{b}}')
    expect(tagsIn(tags, { from: 6, to: 9 })).toEqual([])
    expect(tagsIn(tags, { from: 12, to: 13 })).toEqual(tags.slice(1))
  })
})

describe('the tag around a place', () => {
  const at = (text: string) => openTagAt(text.replace('^', ''), text.indexOf('^'))

  it('is found whether or not it is closed', () => {
    expect(at('a {{x^}} b')).toEqual({
      layer: 'handlebars',
      start: 2,
      bodyStart: 4,
      closer: '}}',
      wanted: '}}',
    })
    expect(at('{{{x^')).toMatchObject({ start: 0, bodyStart: 3, closer: '', wanted: '}}}' })
    expect(at('{% let x = ^ %}')).toMatchObject({ layer: 'pql', closer: ' %}' })
    expect(at('{{a}} {{b^ text {{c}}')?.start).toBe(6)
  })

  it('is none in text, behind a closer and in a comment', () => {
    for (const text of ['a^b', '{{x}}^', '{{x}} ^', '{%= x %}^', '{{! x^ }}', '{^{x}}'])
      expect(at(text)).toBe(null)
  })

  it('is not closed by a closer in a string', () => {
    expect(at('{%= concat("%}", ^)')?.layer).toBe('pql')
  })

  it('holds its place, whatever is typed', () => {
    fc.assert(
      fc.property(source, fc.nat(200), (text, place) => {
        const tag = openTagAt(text, Math.min(place, text.length))
        if (tag !== null) expect(tag.bodyStart).toBeLessThanOrEqual(Math.min(place, text.length))
      }),
    )
  })
})
