/** Random sources: the parser never throws and never hangs, and what it reports lies inside the source. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkTemplate } from './check/check.ts'
import { RenderError } from './limits.ts'
import { type Outside, PENDING } from './outside.ts'
import { samplePayload } from './sample.ts'
import { compileTemplate } from './template.ts'

const PIECES = [
  '{{',
  '}}',
  '{{{',
  '}}}',
  '{%',
  '{%=',
  '%}',
  '{{#if ',
  '{{#each ',
  '{{#with ',
  '{{/if}}',
  '{{/each}}',
  '{{/with}}',
  '{{else}}',
  '{%#if ',
  '{%else%}',
  '{%else if ',
  '{%/if%}',
  '{% let ',
  '{{!',
  '--',
  '~',
  ' as |',
  '|',
  'context',
  'profile',
  '.a',
  '.b-c',
  '[0]',
  '[',
  ']',
  '(',
  ')',
  '"',
  "'",
  '`',
  '\\',
  ',',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '=',
  '!=',
  '<',
  '>=',
  '?:',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  ' and ',
  ' or ',
  ' not ',
  'this',
  '@index',
  '@',
  'x',
  '1',
  '2.5',
  '3L',
  'true',
  'null',
  'upperCase(',
  'sum(',
  'head(',
  '.get("k")',
  '{{fragment id=',
  '{{#inline "f"}}',
  '{{/inline}}',
  '{{datasetLookup datasetId="d" id=',
  ' result="r"',
  '{{executionMetadata key="k" value=',
  '{{encrypt ',
  ' keyName="k"',
  '{{url originalUrl=',
  ' render=false',
  ' required=true',
  '"f"',
  'r.row',
  '{= ',
  'formatDate(',
  'toDateTime("2024-11-01")',
  'topN(',
  'matches("a", ',
  '__proto__',
  'constructor',
  'é',
  '\ud800',
  '😀',
  '\u0000',
]

const source = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map(pieces => pieces.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

const data = { profile: { a: 'p' }, context: { a: [{ a: 1 }, 'x', null], 'b-c': { k: true }, x: 2 } }

test('the parser and the checker never throw, and every finding points inside the source', () => {
  fc.assert(
    fc.property(source, text => {
      for (const found of checkTemplate(text)) {
        expect(found.offset).toBeGreaterThanOrEqual(0)
        expect(found.length).toBeGreaterThan(0)
        expect(found.offset + found.length).toBeLessThanOrEqual(text.length)
        expect(found.excerpt).toContain('^')
        expect(text.slice(0, found.offset).split('\n')).toHaveLength(found.line)
      }
    }),
    { numRuns: 2_000 },
  )
})

/** Answers of every kind; what a host might leave lying about must never show. */
const outside: Outside = {
  fragment: id => (id === 'f' ? { id, version: '1', source: 'F{{r.row}}{{fragment id="f"}}' } : null),
  lookup: (_dataset, key) => (key === '1' ? { row: 'R', secret: (() => 'host') as never } : null),
  encrypt: text => ({ kind: 'encrypted', text: text.length.toString() }),
  metadata: () => undefined,
  link: url => url,
}
const pending: Outside = { fragment: () => PENDING, lookup: () => PENDING, encrypt: () => PENDING }
const environments = [
  {},
  { outside, nowMs: 0, random: () => 0.5 },
  { outside: pending, timeZone: 'Asia/Tehran' },
]
const hosts = {
  profile: { a: () => 'host', b: Symbol('host') },
  context: Object.create({ a: 'host', x: 'host' }),
}

test('no host object and no inherited value ever shows', () => {
  fc.assert(
    fc.property(source, text => {
      const result = compileTemplate(text, { target: 'text' })
      if (!result.ok) return
      try {
        expect(result.template.render(hosts, { outside })).not.toMatch(/host|native code|\[object/)
      } catch (error) {
        expect(error).toBeInstanceOf(RenderError)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('what compiles renders to a text or stops with a RenderError, and has a sample that renders', () => {
  fc.assert(
    fc.property(source, fc.constantFrom('html', 'text', 'json', 'url' as const), (text, target) => {
      const result = compileTemplate(text, { target })
      if (!result.ok) return
      for (const values of [data, {}, { ...samplePayload(result.template.variables) }])
        for (const environment of environments) {
          try {
            expect(typeof result.template.render(values, environment)).toBe('string')
          } catch (error) {
            expect(error).toBeInstanceOf(RenderError)
          }
        }
    }),
    { numRuns: 2_000 },
  )
})

/** Expressions that are right by construction, to reach deep into the evaluator. */
const expression = fc.letrec<{ any: string }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'context.a',
      'context.a.a',
      'context.x',
      'context.m',
      'profile',
      '1',
      '"s"',
      'true',
      'null',
      '[1, "x"]',
    ),
    fc
      .tuple(
        tie('any'),
        fc.constantFrom('+', '-', '*', '/', '%', '=', '!=', '<', '>=', 'and', 'or', '?:'),
        tie('any'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(fc.constantFrom('not', '!', '-'), tie('any'))
      .map(([operator, operand]) => `(${operator} ${operand})`),
    fc
      .tuple(
        fc.constantFrom('upperCase', 'count', 'sum', 'head', 'distinct', 'isEmpty', 'toInt', 'urlEncode'),
        tie('any'),
      )
      .map(([name, arg]) => `${name}(${arg})`),
    fc
      .tuple(
        fc.constantFrom('concat', 'in', 'replace', 'substr', 'get', 'join', 'split'),
        tie('any'),
        tie('any'),
      )
      .map(([name, a, b]) => (name === 'replace' ? `replace(${a}, ${b}, "z")` : `${name}(${a}, ${b})`)),
  ),
})).any

// What is well formed can still be wrong: these are the findings that it may have.
const MISUSES = ['nesting_too_deep', 'type_mismatch', 'plus_on_text', 'branch_unreachable', 'path_unknown']

test('every well-formed expression compiles, and renders the same each time', () => {
  fc.assert(
    fc.property(expression, text => {
      const result = compileTemplate(`{%= ${text} %}{%#if ${text}%}t{%/if%}`, { target: 'text' })
      if (!result.ok)
        expect(MISUSES).toEqual(expect.arrayContaining(result.diagnostics.map(found => found.code)))
      else expect(result.template.render(data)).toBe(result.template.render(data))
    }),
    { numRuns: 1_000 },
  )
})
