/** Random templates, schemas and hostile sources: nothing throws, everything points inside, every edit still parses. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../diagnostics.ts'
import { inferSchema } from '../infer-schema.ts'
import { parseTemplate } from '../parse.ts'
import { compileTemplate } from '../template.ts'
import { applyFix } from '../test/findings.ts'
import { ORDER } from '../test/order-schema.ts'
import { type CheckOptions, checkTemplate } from './check.ts'
import { checkSchema } from './schema-check.ts'
import { schemaPaths } from './schema-paths.ts'
import type { JsonSchema } from './schema-type.ts'

const path = fc.constantFrom(
  'context.number',
  'context.numbr',
  'context.total',
  'context.paid',
  'context.due',
  'context.tier',
  'context.tags',
  'context.order-nite',
  'context.`order-nite`',
  'context.items.prise',
  'context.items[0].nme',
  'context["numbr"]',
  'context.customer',
  'contxt.number',
  'profile.a',
  'name',
  'nam',
  'this.name',
  'i.nam',
  '@index',
  'v',
  'w',
  '`v`',
)

const literal = fc.constantFrom(
  '1',
  '-2.5',
  '"gold"',
  '"golden"',
  '"5"',
  '"true"',
  "'x y'",
  'true',
  'null',
  '[]',
  '["a"]',
)

const expression = fc.letrec<{ any: string }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    path,
    literal,
    fc
      .tuple(
        tie('any'),
        fc.constantFrom('+', ' - ', '*', '/', '=', '!=', '<', ' and ', ' or ', '?:'),
        tie('any'),
      )
      .map(([left, operator, right]) => `(${left}${operator}${right})`),
    fc.tuple(fc.constantFrom('not', 'not ', '!', '-'), tie('any')).map(([sign, of]) => `${sign}(${of})`),
    fc
      .tuple(fc.constantFrom('upperCase', 'upercase', 'sum', 'head', 'toInt', 'lenth'), tie('any'))
      .map(([name, of]) => `${name}(${of})`),
    fc
      .tuple(fc.constantFrom('concat', 'substr', 'get', 'join'), tie('any'), tie('any'))
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc
      .tuple(tie('any'), fc.constantFrom('.numbr', '.length', '.name', '[0]', '["numbr"]'))
      .map(parts => parts.join('')),
  ),
})).any

const template = fc.letrec<{ body: string }>(tie => ({
  body: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constant('text\n'),
        expression.map(text => `{%= ${text} %}`),
        expression.map(text => `{%=${text}%}`),
        path.map(text => `{{${text}}}`),
        path.map(text => `{{{${text}}}}`),
        fc
          .tuple(fc.constantFrom('v', 'w', 'name'), expression)
          .map(([name, text]) => `{% let ${name} = ${text} %}`),
        fc
          .tuple(expression, tie('body'), tie('body'))
          .map(([text, a, b]) => `{%#if ${text}%}${a}{%else%}${b}{%/if%}`),
        fc
          .tuple(expression, expression, tie('body'))
          .map(([a, b, body]) => `{%#if ${a}%}${body}{%else if ${b}%}${body}{%/if%}`),
        fc.tuple(expression, tie('body')).map(([text, body]) => `{{#each ${text} as |i n|}}${body}{{/each}}`),
        fc.tuple(expression, tie('body')).map(([text, body]) => `{{#with ${text}}}${body}{{/with}}`),
      ),
      { maxLength: 4 },
    )
    .map(parts => parts.join('')),
})).body

const schema = fc.letrec<{ any: unknown }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(true, null, 3, 'x', {}, { type: 'string' }, { type: ['number', 'null'] }, ORDER),
    fc.constantFrom<unknown>(
      { $ref: '#' },
      { $ref: '#/properties/a' },
      { enum: ['gold', 1] },
      { type: 'string', format: 'date' },
    ),
    tie('any').map(items => ({ type: 'array', items })),
    tie('any').map(additionalProperties => ({ additionalProperties })),
    fc
      .tuple(
        fc.array(fc.tuple(fc.constantFrom('a', 'name', 'number', '__proto__', 'it`s', '}}'), tie('any')), {
          maxLength: 4,
        }),
      )
      .map(([entries]) => ({ properties: Object.fromEntries(entries) })),
    fc
      .tuple(fc.constantFrom('anyOf', 'oneOf', 'allOf'), fc.array(tie('any'), { maxLength: 3 }))
      .map(([name, list]) => ({ [name]: list })),
  ),
})).any

const expectInside = (source: string, found: Diagnostic): void => {
  expect(found.offset).toBeGreaterThanOrEqual(0)
  expect(found.length).toBeGreaterThan(0)
  expect(found.offset + found.length).toBeLessThanOrEqual(source.length)
  expect(found.message).not.toBe('')
  const edit = found.fix?.edit ?? null
  if (edit === null) return
  expect(edit.offset).toBeGreaterThanOrEqual(0)
  expect(edit.length).toBeGreaterThanOrEqual(0)
  expect(edit.offset + edit.length).toBeLessThanOrEqual(source.length)
}

const parses = (source: string): boolean =>
  parseTemplate(source).diagnostics.every(found => found.severity !== 'error')

test('every finding and every edit lies inside the source, and the edited source parses', () => {
  const options: CheckOptions = { target: 'html', schemas: { context: ORDER } }
  fc.assert(
    fc.property(template, source => {
      fc.pre(parses(source))
      for (const found of checkTemplate(source, options).slice(0, 12)) {
        expectInside(source, found)
        const edited = applyFix(source, found)
        if (edited !== null) expect([edited, parses(edited)]).toEqual([edited, true])
      }
    }),
    { numRuns: 80 },
  )
})

test('whatever the schema, nothing throws', () => {
  fc.assert(
    fc.property(template, schema, (source, declared) => {
      checkSchema(declared)
      schemaPaths(declared, 'context')
      const schemas = { context: declared as JsonSchema, profile: declared as JsonSchema }
      for (const found of checkTemplate(source, { target: 'html', schemas, forbidProfile: false }))
        expectInside(source, found)
    }),
    { numRuns: 200 },
  )
})

test('the schema that is inferred from a template has every path of it', () => {
  fc.assert(
    fc.property(template, source => {
      const compiled = compileTemplate(source, { target: 'text' })
      if (!compiled.ok) return
      const context = inferSchema(compiled.template.variables, 'context')
      expect(checkSchema(context)).toEqual([])
      const unknown = checkTemplate(source, { schemas: { context } }).filter(
        found => found.code === 'path_unknown' && found.message.includes('in context'),
      )
      expect(unknown).toEqual([])
    }),
    { numRuns: 200 },
  )
})

describe('a hostile megabyte', () => {
  const fill = (piece: string): string => piece.repeat(Math.floor(999_000 / piece.length))
  const numbered = (make: (at: number) => string, count: number): string =>
    Array.from({ length: count }, (_, at) => make(at)).join('')
  const chain = `context${'.a'.repeat(490)}`

  test.each<[string, string]>([
    ['unknown names', fill('{{contxt.a}}')],
    ['unknown paths', fill('{{context.numbr}}')],
    ['raw output', fill('{{{context.number}}}')],
    ['wrong comparisons', fill('{%#if context.number>5%}{%/if%}')],
    [
      'repeated conditions',
      `{%#if context.free%}${fill('{%else if context.free%}').slice(0, 998_000)}{%/if%}`,
    ],
    ['many variables', numbered(at => `{% let v${at} = v${at + 1} %}`, 30_000)],
    [
      'variables in branches',
      `{%#if context.free%}${numbered(at => `{%else if context.free.a${at}%}{% let v${at} = ${at} %}`, 15_000)}{%/if%}`,
    ],
    ['nested branches', fill(`${'{%#if context.free%}{% let v = 1 %}'.repeat(60)}${'{%/if%}'.repeat(60)}`)],
    [
      'nested loops',
      fill(`${'{{#each context.items}}{% let v = nme %}'.repeat(60)}${'{{/each}}'.repeat(60)}`),
    ],
    ['long chains', fill(`{%#if ${chain} = ${chain}%}{%/if%}`)],
    ['long sums', fill(`{%= "a"${'+context.number'.repeat(400)} %}`)],
    ['long conditions', fill(`{%#if ${'context.free and '.repeat(400)}true%}{%/if%}`)],
    ['one long text', `{%= "${'x'.repeat(990_000)}" * 2 %}`],
    ['long names', numbered(at => `{{${'n'.repeat(500)}${at}}}`, 1_900)],
  ])('of %s is checked, and at most a hundred findings are told', (_, source) => {
    const options: CheckOptions = { target: 'html', schemas: { context: ORDER } }
    expect(source.length).toBeLessThanOrEqual(1_000_000)
    expect(checkTemplate(source, options).length).toBeLessThanOrEqual(100)
  })

  test('a hundred warnings hide no error', () => {
    const source = `${'{{{context.a}}}'.repeat(500)}{%= nofunction() %}`
    const found = checkTemplate(source, { target: 'html' })
    expect(found).toHaveLength(100)
    expect(found.filter(finding => finding.severity === 'error')).toMatchObject([
      { code: 'function_unknown' },
    ])
    expect(compileTemplate(source, { target: 'html' }).ok).toBe(false)
  })
})
