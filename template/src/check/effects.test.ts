/** Fragments, lookups, metadata, encryption and links: what they set, and how they are misused. */
import { describe, expect, test } from 'vitest'
import type { Expression, HashEntry, Node, Span } from '../ast.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import type { FragmentLibrary } from '../outside.ts'
import { parseTemplate } from '../parse.ts'
import { describeFinding, withNodes } from '../test/findings.ts'
import { WITH_ORDER } from '../test/order-schema.ts'
import { variables } from '../variables.ts'
import { type CheckOptions, checkAst } from './check.ts'
import { createFragmentReader, type FragmentWalk } from './fragments.ts'

const literal = (value: string | number, span: Span): Expression => ({ kind: 'literal', span, value })

/** The expression that a source is, at its own place in a source of its own. */
const expression = (text: string): Expression => {
  const [node] = parseTemplate(`{%= ${text} %}`).ast.body
  if (node?.kind !== 'output') throw new Error(text)
  return node.value
}

const entry = (name: string, span: Span): HashEntry => ({ name, nameSpan: span, value: literal('x', span) })

const fragment =
  (id: Expression | string, fields: readonly string[] = []) =>
  (span: Span): Node => ({
    kind: 'fragment',
    span,
    id: typeof id === 'string' ? literal(id, span) : id,
    render: true,
    fields: fields.map(name => entry(name, span)),
  })

const inline =
  (id: string) =>
  (span: Span): Node => ({ kind: 'inline', span, id, label: null, assetType: null, body: [] })

const lookup =
  (id: string, required = false, result = 'row') =>
  (span: Span): Node => ({
    kind: 'lookup',
    span,
    dataset: 'd',
    id: expression(id),
    result,
    resultSpan: span,
    required,
  })

const encrypt =
  (value: string, result: string | null = 'secret') =>
  (span: Span): Node => ({
    kind: 'encrypt',
    span,
    value: expression(value),
    keyName: 'k',
    version: null,
    result,
    resultSpan: span,
  })

const metadata =
  (key: string, value = '"v"') =>
  (span: Span): Node => ({ kind: 'metadata', span, key, value: expression(value) })

const link =
  (url: string) =>
  (span: Span): Node => ({ kind: 'link', span, url: expression(url), type: null, action: null })

type Nodes = Parameters<typeof withNodes>[1]

const found = (source: string, nodes: Nodes, options: CheckOptions = {}) =>
  checkAst(withNodes(source, nodes), options)

const lines = (source: string, nodes: Nodes, options: CheckOptions = {}) =>
  found(source, nodes, options).map(finding => describeFinding(source, finding))

const codes = (source: string, nodes: Nodes, options: CheckOptions = {}) =>
  found(source, nodes, options).map(finding => finding.code)

const library = (sources: Readonly<Record<string, string>>): FragmentLibrary => ({
  get: id => {
    const source = sources[id]
    return source === undefined ? undefined : { id, version: '1', source }
  },
})

describe('fragments of the library', () => {
  const fragments = library({
    greeting: '{% let hello = "Hello" %}{% let n = 3 %}{{name}}',
    broken: 'one\n{{context.}}',
    typed: '{{context.numbr}}',
  })

  test('what they set is visible after them, with its type', () => {
    const nodes = { F: fragment('greeting') }
    expect(lines('{{"F"}}{{hello}}', nodes, { fragments })).toEqual([])
    expect(lines('{{hello}}{{"F"}}', nodes, { fragments })).toEqual(['variable_unset: hello'])
    expect(lines('{{"F"}}{{other}}', nodes, { fragments })).toEqual(['name_unknown: other'])
    expect(lines('{{"F"}}{%= hello * 2 + n %}', nodes, { fragments })).toEqual(['type_mismatch: hello'])
    expect(lines('{%#if context.a%}{{"F"}}{%/if%}{{hello}}', nodes, { fragments })).toEqual([])
  })

  test('an unknown one is told at its tag', () => {
    const [only, ...more] = found('{{"F"}}', { F: fragment('none') }, { fragments })
    expect([only?.code, only?.severity, more]).toEqual(['fragment_unknown', 'error', []])
    expect(only?.message).toContain('"none"')
  })

  test('a broken one is told at its tag, with its first error and the line of it', () => {
    const [only] = found('{{"F"}}', { F: fragment('broken') }, { fragments })
    expect(only?.code).toBe('fragment_broken')
    expect(only?.message).toContain('line 2: ')
  })

  test('it is checked against the schemas of the message', () => {
    expect(codes('{{"F"}}', { F: fragment('typed') }, { fragments })).toEqual([])
    expect(codes('{{"F"}}', { F: fragment('typed') }, { fragments, ...WITH_ORDER })).toEqual([
      'fragment_broken',
    ])
  })

  test('a field that it does not have is told', () => {
    const [only] = found('{{"F"}}', { F: fragment('greeting', ['titel']) }, { fragments })
    expect([only?.code, only?.severity]).toEqual(['field_unknown', 'warning'])
  })

  test('its paths are among the variables of the message, seen from outside of every loop', () => {
    const sources = library({ f: '{{context.a}}{% let b = context.b %}{{i.c}}' })
    const source = '{{#each context.l as |i|}}{{"F"}}{{/each}}{{b.x}}'
    const ast = withNodes(source, { F: fragment('f') })
    expect(variables(ast, undefined, sources).map(variable => variable.path)).toEqual([
      'context.l',
      'context.a',
      'context.b.x',
    ])
    expect(variables(ast).map(variable => variable.path)).toEqual(['context.l'])
  })
})

describe('fragments that are not known before the render', () => {
  test.each([
    ['by a dynamic id', fragment(expression('context.id'))],
    ['without a library', fragment('some')],
  ])('%s may set any name', (_, node) => {
    expect(lines('{{x}}{{"F"}}{{y}}{{#each context.l}}{{z}}{{/each}}', { F: node })).toEqual([
      'name_unknown: x',
    ])
    expect(lines('{% let a = 1 %}{{"F"}}{%= upperCase(a).b + a.c %}', { F: node })).toEqual([])
  })

  test('the id is text', () => {
    expect(codes('{{"F"}}', { F: fragment(expression('[1]')) })).toEqual(['type_mismatch'])
  })
})

describe('a fragment reader', () => {
  /** Fragments that only name others, such as `b c`. */
  const readerOf = (sources: Readonly<Record<string, string>>, limits = {}) => {
    const walked: string[] = []
    const reader = createFragmentReader(
      library(sources),
      { ...DEFAULT_LIMITS, ...limits },
      (ast, inner): FragmentWalk => {
        walked.push(ast.source)
        const span = { start: 0, end: 1 }
        const names = ast.source.split(' ').filter(name => name !== '')
        const readings = names.map(name => inner.read({ ...fragment(name)(span), kind: 'fragment' } as never))
        const base = { severity: 'error', message: '', line: 1, column: 1, offset: 0, length: 1, excerpt: '' }
        const diagnostics = readings
          .filter(reading => reading?.kind !== 'ready')
          .map(reading => ({
            ...base,
            fix: null,
            code: reading?.kind === 'recursive' ? 'fragment_recursive' : 'fragment_broken',
          }))
        return { diagnostics: diagnostics as never, sets: new Map(), fields: new Set(), isOpaque: false }
      },
    )
    const read = (id: string) => reader.read(fragment(id)({ start: 0, end: 1 }) as never)?.kind
    return { read, walked }
  }

  test('reads each fragment once', () => {
    const { read, walked } = readerOf({ a: 'b b c', b: 'c', c: '' })
    expect([read('a'), read('a'), read('b')]).toEqual(['ready', 'ready', 'ready'])
    expect(walked).toHaveLength(3)
  })

  test('finds a fragment that includes itself, directly or through others', () => {
    expect(readerOf({ a: 'a' }).read('a')).toBe('recursive')
    expect(readerOf({ a: 'b', b: 'c', c: 'a' }).read('a')).toBe('recursive')
    expect(readerOf({ a: 'b', b: 'c', c: 'b' }).read('a')).toBe('recursive')
  })

  test('keeps to the limits of depth and number', () => {
    const chain = { a: 'b', b: 'c', c: 'd', d: '' }
    expect(readerOf(chain, { maxFragmentDepth: 4 }).read('a')).toBe('ready')
    expect(readerOf(chain, { maxFragmentDepth: 3 }).read('a')).toBe('broken')
    const { read } = readerOf({ a: '', b: '', c: '' }, { maxFragments: 2 })
    expect([read('a'), read('b'), read('c')]).toEqual(['ready', 'ready', 'too_many'])
  })
})

describe('fields', () => {
  test('hold markup, and print with three braces', () => {
    const nodes = { I: inline('title') }
    expect(codes('{{"I"}}{{{title}}}{{{context.x}}}', nodes, { target: 'html' })).toEqual([
      'output_unescaped',
    ])
  })

  test('have an id of their own', () => {
    expect(codes('{{"I"}}{{"I"}}', { I: inline('title') })).toEqual(['helper_wrong'])
    expect(codes('{{"I"}}', { I: inline('context') })).toEqual(['name_reserved'])
  })
})

describe('lookups', () => {
  test('set a row whose columns are not known', () => {
    expect(codes('{{"L"}}{{row.a.b}}', { L: lookup('context.id') })).toEqual([])
    expect(codes('{{row.a}}{{"L"}}', { L: lookup('context.id') })).toEqual(['variable_unset'])
  })

  test('are made by a text or a number, and a required one needs a key', () => {
    expect(codes('{{"L"}}', { L: lookup('["a"]') })).toEqual(['type_mismatch'])
    expect(codes('{{"L"}}', { L: lookup('5') })).toEqual([])
    expect(codes('{{"L"}}', { L: lookup('""', true) })).toEqual(['helper_wrong'])
    expect(codes('{{"L"}}', { L: lookup('""') })).toEqual([])
    expect(codes('{{"L"}}', { L: lookup('"x"', false, 'profile') })).toEqual(['name_reserved'])
  })
})

describe('encryption', () => {
  test('takes text and nothing else', () => {
    expect(codes('{{"E"}}{{secret}}', { E: encrypt('profile.x') })).toEqual([])
    expect(codes('{{"E"}}', { E: encrypt('"plain"', null) })).toEqual([])
    expect(codes('{{"E"}}', { E: encrypt('5') })).toEqual(['type_mismatch'])
    expect(codes('{{"E"}}', { E: encrypt('["a"]') })).toEqual(['type_mismatch'])
  })
})

describe('metadata', () => {
  const many = (count: number, name: (at: number) => string) => {
    const places = Array.from({ length: count }, (_, at) => `M${at}`)
    const nodes = Object.fromEntries(places.map((place, at) => [place, metadata(name(at))]))
    return codes(places.map(place => `{{"${place}"}}`).join(''), nodes)
  }

  test('has fifty pairs at most, told once', () => {
    expect(many(50, at => `k${at}`)).toEqual([])
    expect(many(55, at => `k${at}`)).toEqual(['helper_wrong'])
    expect(many(55, () => 'same')).toEqual([])
  })

  test('is no object', () => {
    const nodes = { M: metadata('k', 'context.customer') }
    expect(codes('{{"M"}}', nodes, WITH_ORDER)).toEqual(['type_mismatch'])
  })
})

describe('links', () => {
  test('go to an address', () => {
    expect(codes('{{"U"}}', { U: link('concat("https://x/", context.id)') })).toEqual([])
    expect(codes('{{"U"}}', { U: link('5') })).toEqual(['type_mismatch'])
  })
})
