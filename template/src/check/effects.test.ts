/** Fragments, lookups, metadata, encryption and links: what they set, and how they are misused. */
import { describe, expect, test } from 'vitest'
import type { FragmentNode } from '../ast.ts'
import type { Diagnostic } from '../diagnostics.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { parseTemplate } from '../parse.ts'
import { libraryOf } from '../test/expect-template.ts'
import { findings, repaired } from '../test/findings.ts'
import { WITH_ORDER } from '../test/order-schema.ts'
import { variables } from '../variables.ts'
import { checkTemplate } from './check.ts'
import { createFragmentReader, type FragmentWalk } from './fragments.ts'

describe('lookups', () => {
  const datasets = {
    stores: { type: 'object', properties: { city: { type: 'string' }, no: { type: 'number' } } },
    free: true,
  }
  const found = (source: string) => findings(source, { datasets })
  const tag = (name: string) => `{{datasetLookup datasetId="${name}" id=context.id result="s"}}`

  test('the columns of the table are those of the row', () => {
    expect(found(`${tag('stores')}{{s.city}}{{s.no}}`)).toEqual([])
    expect(found(`${tag('stores')}{{s.town}}`)).toEqual(['path_unknown: town'])
    expect(found(`${tag('stores')}{%= s.city * 2 %}`)).toEqual(['type_mismatch: s.city'])
    expect(found(`${tag('free')}{{s.anything.at.all}}`)).toEqual([])
    expect(findings(`${tag('stores')}{{s.town}}`)).toEqual([])
  })

  test('a table that is not there is told at its tag, with the name that was probably meant', () => {
    expect(found(tag('store'))).toEqual([`table_unknown: ${tag('store')}`])
    expect(checkTemplate(tag('store'), { datasets })[0]?.message).toContain('stores')
    expect(checkTemplate(tag('x'), { datasets: {} })[0]?.code).toBe('table_unknown')
    expect(findings(tag('store'))).toEqual([])
  })

  test('a table that is not named is not read, however many there are', () => {
    const read: string[] = []
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`table ${n}`, datasets.stores]))
    const watched = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(many).map(([name, schema]) => {
          const get = () => {
            read.push(name)
            return schema
          }
          return [name, { enumerable: true, get }]
        }),
      ),
    )
    const source = `${tag('table 7')}{{s.town}}${tag('table 7')}{{s.city}}`
    expect(findings(source, { datasets: watched })).toEqual(['path_unknown: town'])
    expect(findings(tag('toString'), { datasets: watched })).toEqual([`table_unknown: ${tag('toString')}`])
    expect(read).toEqual(['table 7'])
  })

  test('a fragment is checked with the same tables', () => {
    const fragments = libraryOf({ shop: `${tag('stores')}{{s.town}}` })
    expect(findings('{{fragment id="shop"}}', { fragments, datasets })).toEqual(['fragment_broken: "shop"'])
  })
})

describe('fragments of the library', () => {
  const fragments = libraryOf({
    greeting: '{% let hello = "Hello" %}{% let n = 3 %}{{name}}',
    card: '{{#inline "title"}}A title{{/inline}}{{{title}}}',
    outer: '{{fragment id="greeting"}}{{fragment id="card"}}',
    broken: 'one\n{{context.}}',
    typed: '{{context.numbr}}',
    profiled: '{{profile.a}}',
    loop: '{{fragment id="back"}}',
    back: '{{fragment id="loop"}}',
  })
  const found = (source: string) => findings(source, { fragments })

  test('what they set is visible after them, with its type', () => {
    const tag = '{{fragment id="greeting"}}'
    expect(found(`${tag}{{hello}}`)).toEqual([])
    expect(found(`{{fragment id="outer"}}{{hello}}`)).toEqual([])
    expect(found(`{{hello}}${tag}`)).toEqual(['variable_unset: hello'])
    expect(found(`${tag}{{other}}`)).toEqual(['name_unknown: other'])
    expect(found(`${tag}{%= hello * 2 + n %}`)).toEqual(['type_mismatch: hello'])
    expect(found(`{%#if context.a%}${tag}{%/if%}{{hello}}`)).toEqual([])
    expect(found(`{{#each context.l}}{{hello}}${tag}{{/each}}`)).toEqual(['variable_unset?: hello'])
  })

  test('an unknown one is told at its tag', () => {
    const [only, ...more] = checkTemplate('{{fragment id="none"}}', { fragments })
    expect([only?.code, only?.severity, only?.offset, more]).toEqual(['fragment_unknown', 'error', 14, []])
    expect(only?.message).toContain('"none"')
  })

  test('a broken one is told at its tag, with its first error and the line of it', () => {
    const [only] = checkTemplate('{{fragment id="broken"}}', { fragments })
    expect(only?.code).toBe('fragment_broken')
    expect(only?.message).toContain('line 2: ')
  })

  test('it is checked by the same rules as the message', () => {
    expect(found('{{fragment id="typed"}}{{fragment id="profiled"}}')).toEqual([])
    expect(findings('{{fragment id="typed"}}', { fragments, ...WITH_ORDER })).toEqual([
      'fragment_broken: "typed"',
    ])
    expect(findings('{{fragment id="profiled"}}', { fragments, forbidProfile: true })).toEqual([
      'fragment_broken: "profiled"',
    ])
  })

  test('one that includes itself is told', () => {
    expect(found('{{fragment id="loop"}}')).toEqual(['fragment_recursive: "loop"'])
  })

  test('a field that it does not have is told, with the one that was meant', () => {
    expect(found('{{fragment id="card" title="x"}}{{fragment id="outer" title="x"}}')).toEqual([])
    expect(found('{{fragment id="card" titel="x"}}')).toEqual(['field_unknown?: titel'])
    expect(repaired('{{fragment id="card" titel="x"}}', { fragments })).toBe(
      '{{fragment id="card" title="x"}}',
    )
  })

  test('its paths are among the variables of the message, seen from outside of every loop', () => {
    const library = libraryOf({
      f: '{{context.a}}{% let b = context.b %}{{i.c}}{{fragment id="g"}}',
      g: '{{context.g}}',
    })
    const { ast } = parseTemplate('{{#each context.l as |i|}}{{fragment id="f"}}{{/each}}{{b.x}}')
    expect(variables(ast, undefined, library).map(variable => variable.path)).toEqual([
      'context.l',
      'context.a',
      'context.g',
      'context.b.x',
    ])
    expect(variables(ast).map(variable => variable.path)).toEqual(['context.l'])
  })
})

describe('fragments that are not known before the render', () => {
  test.each([
    ['by a dynamic id', '{{fragment id=context.id}}'],
    ['without a library', '{{fragment id="some"}}'],
  ])('%s may set any name', (_, tag) => {
    expect(findings(`{{x}}${tag}{{y}}{{#each context.l}}{{z}}{{/each}}`)).toEqual(['name_unknown: x'])
    expect(findings(`{% let a = 1 %}${tag}{%= a.b + a.c %}`)).toEqual([])
    expect(findings(`{% let a = 1 %}{{#each context.l}}{%= a.b %}${tag}{{/each}}`)).toEqual([])
  })

  test('the id is text', () => {
    expect(findings('{{fragment id=context.total}}', WITH_ORDER)).toEqual(['type_mismatch: context.total'])
  })
})

describe('a fragment reader', () => {
  const nodeOf = (id: string): FragmentNode => {
    const [node] = parseTemplate(`{{fragment id="${id}"}}`).ast.body
    if (node?.kind !== 'fragment') throw new Error(id)
    return node
  }
  const errorOf = (code: Diagnostic['code']): Diagnostic => ({
    code,
    severity: 'error',
    message: '',
    line: 1,
    column: 1,
    offset: 0,
    length: 1,
    excerpt: '',
    fix: { title: '', edit: null },
  })

  /** Fragments that only name others, such as `b c`. */
  const readerOf = (sources: Readonly<Record<string, string>>, limits = {}) => {
    const walked: string[] = []
    const reader = createFragmentReader(
      libraryOf(sources),
      { ...DEFAULT_LIMITS, ...limits },
      (ast, inner): FragmentWalk => {
        walked.push(ast.source)
        const names = ast.source.split(' ').filter(name => name !== '')
        const kinds = names.map(name => inner.read(nodeOf(name))?.kind)
        const diagnostics = kinds
          .filter(kind => kind !== 'ready')
          .map(kind => errorOf(kind === 'recursive' ? 'fragment_recursive' : 'fragment_broken'))
        return { diagnostics, sets: new Map(), fields: new Set(), isOpaque: false }
      },
    )
    return { read: (id: string) => reader.read(nodeOf(id))?.kind, walked }
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
  const field = '{{#inline "title"}}x{{/inline}}'

  test('hold markup, and print with three braces', () => {
    expect(findings(`${field}{{{title}}}{{{context.x}}}`, { target: 'html' })).toEqual([
      'output_unescaped?: {{{context.x}}}',
    ])
  })

  test('have an id of their own', () => {
    expect(findings(`${field}${field}`)).toEqual(['helper_wrong?: {{#inline "title"}}'])
    expect(findings('{{#inline "context"}}x{{/inline}}')).toEqual(['name_reserved: {{#inline "context"}}'])
  })
})

describe('lookups', () => {
  const lookup = (id: string, more = '') => `{{datasetLookup datasetId="d" id=${id} result="row"${more}}}`

  test('set a row whose columns are not known', () => {
    expect(findings(`${lookup('context.id')}{{row.a.b}}`)).toEqual([])
    expect(findings(`{{row.a}}${lookup('context.id')}`)).toEqual(['variable_unset: row'])
    expect(findings('{{datasetLookup datasetId="d" id="1" result="profile"}}')).toEqual([
      'name_reserved: "profile"',
    ])
  })

  test('are made by a text or a number, and a required one needs a key', () => {
    expect(findings(lookup('context.tags'), WITH_ORDER)).toEqual(['type_mismatch: context.tags'])
    expect(findings(lookup('5'))).toEqual([])
    expect(findings(lookup('""', ' required=true'))).toEqual(['helper_wrong?: ""'])
    expect(findings(lookup('""'))).toEqual([])
  })
})

describe('encryption', () => {
  const encrypt = (value: string) => `{{encrypt ${value} keyName="k" result="secret"}}`

  test('takes text and nothing else', () => {
    expect(findings(`${encrypt('profile.x')}{{secret}}`)).toEqual([])
    expect(findings(encrypt('context.number'), WITH_ORDER)).toEqual([])
    expect(findings(encrypt('context.tags'), WITH_ORDER)).toEqual(['type_mismatch: context.tags'])
    expect(findings(encrypt('context.total'), WITH_ORDER)).toEqual(['type_mismatch: context.total'])
    expect(repaired(encrypt('context.total'), WITH_ORDER)).toBe(encrypt('toString(context.total)'))
  })
})

describe('metadata', () => {
  const many = (count: number, name: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => `{{executionMetadata key="${name(at)}" value="v"}}`).join('')

  test('has fifty pairs at most, told once', () => {
    expect(findings(many(50, at => `k${at}`))).toEqual([])
    expect(findings(many(55, at => `k${at}`))).toEqual([
      'helper_wrong?: {{executionMetadata key="k50" value="v"}}',
    ])
    expect(findings(many(55, () => 'same'))).toEqual([])
  })

  test('is no object', () => {
    expect(findings('{{executionMetadata key="k" value=context.customer}}', WITH_ORDER)).toEqual([
      'type_mismatch?: context.customer',
    ])
  })
})

describe('links', () => {
  test('go to an address', () => {
    expect(findings('{{url originalUrl=context.number type="DEEPLINK"}}', WITH_ORDER)).toEqual([])
    expect(findings('{{url originalUrl=context.total}}', WITH_ORDER)).toEqual([
      'type_mismatch: context.total',
    ])
  })
})
