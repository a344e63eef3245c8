/** Values of the wrong type: in loops, comparisons, arithmetic, calls and output. */
import { describe, expect, test } from 'vitest'
import { type FunctionSpec, type Param, param } from '../functions/function-spec.ts'
import { FUNCTIONS as LIBRARY } from '../functions/function-table.ts'
import { parseTemplate } from '../parse.ts'
import { applyFix, describeFinding, findings, repaired } from '../test/findings.ts'
import { ORDER, WITH_ORDER } from '../test/order-schema.ts'
import { checkAst, checkTemplate } from './check.ts'

describe('what fits is no finding', () => {
  test.each([
    '{%#if context.total > 3 and context.number = "A" and context.paid = true%}x{%/if%}',
    '{%#if stringToNumber(context.number) > 3%}x{%/if%}',
    '{%#if context.items.name = "Juno Jacket"%}x{%/if%}',
    '{%#if context.total = null or context.number != null%}x{%/if%}',
    '{%= context.total * 2 + 1 - context.free / 3 %}',
    '{%= -context.total %}',
    '{%= concat(context.number, context.total) %}',
    '{{#each context.customer as |v k|}}{{k}}{{v}}{{/each}}',
    '{%= sum(context.amounts) + max(context.items.price) %}',
    '{%= in(context.number, ["a", "b"]) %}{%= in(context.number, context.tags) %}',
    '{%= substr(context.number, 0, context.total) %}{%= substr(context.free, context.free) %}',
    '{{context.tags}}{{context.due}}',
    '{% let x = context.total ?: 0 %}{%= x + 1 %}',
    '{%#if (context.number ?: "none") = "none"%}x{%/if%}',
  ])('%s', source => {
    expect(findings(source, WITH_ORDER)).toEqual([])
  })
})

describe('loops', () => {
  test.each([
    ['{{#each context.number}}x{{/each}}', 'type_mismatch: context.number'],
    ['{{#each context.total}}x{{/each}}', 'type_mismatch: context.total'],
    ['{{#each "a,b"}}x{{/each}}', 'type_mismatch: "a,b"'],
    ['{{#each context.items as |i|}}{{#each i.name}}x{{/each}}{{/each}}', 'type_mismatch: i.name'],
  ])('%s', (source, found) => {
    const [first] = checkTemplate(source, WITH_ORDER)
    expect(findings(source, WITH_ORDER)).toEqual([found])
    expect(first?.message).toContain('each goes through a list, and')
  })
})

describe('comparisons', () => {
  test.each([
    ['context.number > 3', 'type_mismatch: context.number > 3', 'stringToNumber(context.number) > 3'],
    ['3 < context.number', 'type_mismatch: 3 < context.number', '3 < stringToNumber(context.number)'],
    ['context.total = "5"', 'type_mismatch: context.total = "5"', 'context.total = 5'],
    ['context.paid = "true"', 'type_mismatch: context.paid = "true"', 'context.paid = true'],
    ['context.number = true', 'type_mismatch: context.number = true', 'toBool(context.number) = true'],
    [
      'not(context.number)= 5',
      'type_mismatch: (context.number)= 5',
      'not stringToNumber((context.number))= 5',
    ],
    ['context.total = context.paid', 'type_mismatch: context.total = context.paid', null],
    ['context.total = "many"', 'type_mismatch: context.total = "many"', null],
    ['context.customer = context.customer', 'type_mismatch: context.customer = context.customer', null],
    ['context.paid > true', 'type_mismatch: context.paid > true', null],
    ['context.total > null', 'type_mismatch?: context.total > null', null],
    ['context.items.price = "5"', 'type_mismatch: context.items.price = "5"', 'context.items.price = 5'],
    ['context.tier = "golden"', 'value_unknown?: "golden"', 'context.tier = "gold"'],
    ['context.tier = "unheard of"', 'value_unknown?: "unheard of"', null],
    ['context.tier != "glod"', 'value_unknown?: "glod"', 'context.tier != "gold"'],
  ])('%s', (expression, found, repair) => {
    const source = `{%#if ${expression}%}x{%/if%}`
    expect(findings(source, WITH_ORDER)).toEqual([found])
    expect(repaired(source, WITH_ORDER)).toBe(repair === null ? null : `{%#if ${repair}%}x{%/if%}`)
  })
})

describe('arithmetic', () => {
  test.each([
    ['context.number * 2', 'type_mismatch: context.number', 'stringToNumber(context.number) * 2'],
    ['2 - context.number', 'type_mismatch: context.number', '2 - stringToNumber(context.number)'],
    [
      'context.total + context.number',
      'type_mismatch: context.number',
      'context.total + stringToNumber(context.number)',
    ],
    ['"5" * context.total', 'type_mismatch: "5"', '5 * context.total'],
    ['-context.number', 'type_mismatch: context.number', '-stringToNumber(context.number)'],
    ['context.paid + 1', 'type_mismatch: context.paid', null],
    ['context.tags / 2', 'type_mismatch: context.tags', null],
    [
      'context.number + " " + context.tier',
      'plus_on_text?: context.number + " " + context.tier',
      'concat(context.number, " ", context.tier)',
    ],
    ['"a" + context.total', 'plus_on_text?: "a" + context.total', 'concat("a", context.total)'],
  ])('%s', (expression, found, repair) => {
    const source = `{%= ${expression} %}`
    expect(findings(source, WITH_ORDER)).toEqual([found])
    expect(repaired(source, WITH_ORDER)).toBe(repair === null ? null : `{%= ${repair} %}`)
  })
})

describe('output', () => {
  test('an object prints nothing, and neither do the objects of a list', () => {
    expect(findings('{{context.customer}}{{context.items}}', WITH_ORDER)).toEqual([
      'type_mismatch?: context.customer',
      'type_mismatch?: context.items',
    ])
  })
})

const spec = (returns: FunctionSpec['returns'], ...params: readonly Param[]): FunctionSpec => ({
  group: 'text',
  params,
  returns,
  summary: '',
  examples: [],
  call: () => null,
})

const FUNCTIONS = new Map<string, FunctionSpec>([
  ['text', spec('text', param('text', 'text'))],
  ['number', spec('number', param('number', 'number'))],
  ['flag', spec('boolean', param('flag', 'boolean'))],
  ['day', spec('date', param('date', 'date'))],
  ['list', spec('list', param('list', 'list'))],
  ['total', spec('number', param('numbers', 'numbers'))],
  ['map', spec('any', param('map', 'map'))],
  ['first', spec('item', param('list', 'list'))],
  ['words', spec('list', param('text', 'text'))],
  [
    'topN',
    {
      ...spec('list', param('list', 'list'), param('property', 'property'), param('n', 'number')),
      yields: 'list',
    },
  ],
  ['stringToNumber', spec('number', param('text', 'text'))],
  ['toBool', spec('boolean', param('value', 'any'))],
  ['toDateTime', spec('date', param('text', 'text'))],
])

const checkCall = (expression: string) => {
  const source = `{% let x = ${expression} %}`
  const found = checkAst(parseTemplate(source).ast, { schemas: { context: ORDER } }, FUNCTIONS)
  return {
    lines: found.map(finding => describeFinding(source, finding)),
    repair: found[0] === undefined ? null : applyFix(source, found[0]),
    message: found[0]?.message,
  }
}

describe('arguments', () => {
  test.each([
    'text(context.total)',
    'text(context.paid)',
    'text(day(context.due))',
    'text(null)',
    'number(context.total)',
    'number(context.free)',
    'flag(context.paid)',
    'day(context.due)',
    'day("2026-03-01")',
    'day(day(context.due))',
    'list(context.tags)',
    'total(context.amounts)',
    'total(context.free)',
    'map(context.customer)',
    'topN(context.items, price, 3)',
    'topN(context.items, "parent.name", 3)',
    'topN(context.items, parent.name, 3)',
    'first(topN(context.items, price, 3)).name',
    'text(first(words(context.number)))',
  ])('%s fits', expression => {
    expect(checkCall(expression).lines).toEqual([])
  })

  test.each([
    ['text(context.customer)', 'type_mismatch: context.customer', null],
    ['text(context.tags)', 'type_mismatch?: context.tags', null],
    ['number(context.number)', 'type_mismatch?: context.number', 'number(stringToNumber(context.number))'],
    ['number("7")', 'type_mismatch?: "7"', 'number(7)'],
    ['number("seven")', 'type_mismatch: "seven"', null],
    ['number("1e3")', 'type_mismatch?: "1e3"', 'number(stringToNumber("1e3"))'],
    ['day(5)', 'type_mismatch: 5', null],
    ['number(context.paid)', 'type_mismatch: context.paid', null],
    ['flag("false")', 'type_mismatch: "false"', 'flag(false)'],
    ['flag(context.number)', 'type_mismatch: context.number', 'flag(toBool(context.number))'],
    ['day(context.number)', 'type_mismatch?: context.number', 'day(toDateTime(context.number))'],
    ['day("soon")', 'type_mismatch: "soon"', null],
    ['day(context.paid)', 'type_mismatch: context.paid', null],
    ['list(context.customer)', 'type_mismatch: context.customer', null],
    ['list(context.number)', 'type_mismatch?: context.number', null],
    ['total(context.tags)', 'type_mismatch: context.tags', null],
    ['total(context.number)', 'type_mismatch: context.number', null],
    ['map(context.number)', 'type_mismatch: context.number', null],
    [
      'number(text(context.free))',
      'type_mismatch?: text(context.free)',
      'number(stringToNumber(text(context.free)))',
    ],
    ['text(first(context.items))', 'type_mismatch: first(context.items)', null],
    [
      'number(first(words(context.number)))',
      'type_mismatch?: first(words(context.number))',
      'number(stringToNumber(first(words(context.number))))',
    ],
    ['topN(context.items, prise, 3)', 'path_unknown: prise', 'topN(context.items, price, 3)'],
    ['topN(context.items, 1 + 2, 3)', 'arguments_wrong: 1 + 2', null],
    ['topN(context.items, price, "3")', 'type_mismatch?: "3"', 'topN(context.items, price, 3)'],
    [
      'first(topN(context.items, price, 3)).nme',
      'path_unknown: nme',
      'first(topN(context.items, price, 3)).name',
    ],
    ['nmber(1)', 'function_unknown: nmber', 'number(1)'],
    ['text()', 'arguments_wrong: text()', null],
  ])('%s', (expression, found, repair) => {
    const { lines, repair: repairedTo } = checkCall(expression)
    expect(lines).toEqual([found])
    expect(repairedTo).toBe(repair === null ? null : `{% let x = ${repair} %}`)
  })

  test('the message says what is taken, what is given, and what to do', () => {
    expect(checkCall('number(context.number)').message).toBe(
      'number takes a number for "number", and context.number is text: convert it with stringToNumber(…)',
    )
  })
})

describe('the library', () => {
  const examples = [...LIBRARY.values()].flatMap(row => row.examples.map(([expression]) => expression))

  test.each(examples)('finds nothing wrong with its own example %s', expression => {
    expect(findings(`{%= ${expression} %}`)).toEqual([])
  })
})
