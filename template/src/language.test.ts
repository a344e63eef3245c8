/** What the language means, construct by construct. */
import { describe, expect, test } from 'vitest'
import { checkTemplate } from './check/check.ts'
import { compileOk, expectTemplate } from './test/expect-template.ts'

const person = { profile: { person: { name: { firstName: 'Ada' } } }, context: {} }

describe('output', () => {
  test('text without tags stays as it is, single braces and backslashes too', () => {
    expectTemplate('a { b } c % } "Hello \\"x\\"" {').toRender('a { b } c % } "Hello \\"x\\"" {')
    expectTemplate('').toRender('')
  })

  test('a path prints its value', () => {
    expectTemplate('Hi {{profile.person.name.firstName}}!').with(person).toRender('Hi Ada!')
    expectTemplate('Hi {{ profile.person.name.firstName }}!').with(person).toRender('Hi Ada!')
    expectTemplate('Hi {%= profile.person.name.firstName %}!').with(person).toRender('Hi Ada!')
    expectTemplate('Hi {%=profile.person.name.firstName%}!').with(person).toRender('Hi Ada!')
  })

  test('what is missing prints blank', () => {
    for (const path of [
      'context.a',
      'context.a.b.c',
      'profile.x',
      'context.list[3]',
      'context.list[-1]',
      'context.text.b',
    ]) {
      expectTemplate(`[{{${path}}}]`)
        .context({ list: [1], text: 'x' })
        .toRender('[]')
    }
    expectTemplate('[{{context.a}}{{profile.b}}]').with({}).toRender('[]')
    expectTemplate('[{{context.a}}]').context({ a: null }).toRender('[]')
  })

  test('numbers and booleans print, a list prints its scalars, an object prints blank', () => {
    const values = { n: 9.5, b: false, z: 0, list: ['a', 1, null, { x: 1 }], object: { x: 1 } }
    expectTemplate('{{context.n}} {{context.b}} {{context.z}}').context(values).toRender('9.5 false 0')
    expectTemplate('{{context.list}}|{{context.object}}').context(values).toRender('a,1,,|')
  })

  test('a comment prints nothing, whatever is in it', () => {
    expectTemplate(`a{{! don't }}b{{!-- {{x}} --}}c`).toRender('abc')
  })

  test('a closer within quotes does not close', () => {
    expectTemplate('{{"}}"}}{%= "50%}" %}').toRender('}}50%}')
    expectTemplate('{%= context.sum = 0%}').context({ sum: 0 }).toRender('true')
  })
})

describe('escaping', () => {
  const context = { x: `<a href="b">'&\`=</a>` }
  const html = '&lt;a href&#x3D;&quot;b&quot;&gt;&#x27;&amp;&#x60;&#x3D;&lt;/a&gt;'

  test('html escapes both kinds of output, never triple braces', () => {
    expectTemplate('{{context.x}}').context(context).toRender(html)
    expectTemplate('{%= context.x %}').context(context).toRender(html)
    expectTemplate('{{{context.x}}}').context(context).toRender(context.x)
  })

  test('plain text is not escaped', () => {
    expectTemplate('{{context.x}}').context(context).as('text').toRender(context.x)
  })

  test('json escapes for the inside of a string', () => {
    expectTemplate('"{{context.x}}"').context({ x: 'a"b\\\n' }).as('json').toRender('"a\\"b\\\\\\n"')
  })

  test('url encodes a component, half a surrogate pair included', () => {
    expectTemplate('{{context.x}}')
      .context({ x: "a b&c'é\ud800" })
      .as('url')
      .toRender('a%20b%26c%27%C3%A9%EF%BF%BD')
  })

  test('a variable is not escaped twice', () => {
    expectTemplate('{% let y = context.x %}{{y}}').context({ x: 'a&b' }).toRender('a&amp;b')
  })
})

describe('paths', () => {
  const context = {
    'order-total': 12,
    '3709000': { entities: 'e' },
    'a b': { c: 1 },
    list: [{ n: 'x', tags: ['p', 'q'] }, { n: 'y' }],
    nested: [[{ n: 1 }], [{ n: 2 }]],
    map: { ups: { id1: { status: 'existing' } } },
    key: 'n',
    'x:y': 'colon',
    été: 'summer',
  }

  test.each([
    ['{{context.order-total}}', '12'],
    ['{{context.`order-total`}}', '12'],
    ['{%= context.`order-total` %}', '12'],
    ['{%= context.list.length - 1 %}', '1'],
    ['{{context.3709000.entities}}', 'e'],
    ['{%= context.`3709000`.entities %}', 'e'],
    ['{{context.[a b].c}}', '1'],
    ['{{context.x:y}}', 'colon'],
    ['{{context.été}}', 'summer'],
    ['{{context.list[0].n}}', 'x'],
    ['{{context.list.1.n}}', 'y'],
    ['{{context.list[1][context.key]}}', 'y'],
    ['{{context.map["ups"].id1.status}}', 'existing'],
    ['{{context.list.n}}', 'x,y'],
    ['{{context.list.tags}}', 'p,q,'],
    ['{{context.nested.n}}', '1,2'],
    ['{%= context.map.get("ups").get("id1").status %}', 'existing'],
    ['{%= context.list.head().n %}', 'x'],
    ['{%= head(context.list).n %}', 'x'],
    ['{{upperCase(context.list[0].n)}}', 'X'],
    ['{{`context`.key}}', 'n'],
  ])('%s gives %s', (source, text) => {
    expectTemplate(source).context(context).toRender(text)
  })
})

describe('operators', () => {
  const context = {
    n: 5,
    s: '5',
    t: 'gold',
    empty: '',
    list: ['gold', 'new'],
    none: [],
    o: {},
    yes: true,
    no: false,
  }

  test.each([
    ['context.n = 5', 'true'],
    ['context.s = 5', 'false'],
    ['stringToNumber(context.s) = 5', 'true'],
    ['context.n != 5', 'false'],
    ['context.n > 4 and context.n < 6', 'true'],
    ['context.n >= 5', 'true'],
    ['context.n <= 4', 'false'],
    ['"a" < "b"', 'true'],
    ['context.s > 1', 'false'],
    ['context.missing > 1', 'false'],
    ['context.missing <= 1', 'false'],
    ['context.missing = null', 'true'],
    ['context.missing = ""', 'false'],
    ['context.missing != "x"', 'true'],
    ['null = false', 'false'],
    ['context.list = "gold"', 'true'],
    ['"new" = context.list', 'true'],
    ['context.list != "gold"', 'false'],
    ['context.list = ["gold", "new"]', 'true'],
    ['context.list = ["gold"]', 'false'],
    ['[null, 1] = [null, 1]', 'true'],
    ['[1, 5] > 4', 'true'],
    ['4 > [5, "x"]', 'false'],
    ['context.o = context.o', 'false'],
    ['1 + 2 * 3 - 4 / 2', '5'],
    ['(1 + 2) * 3', '9'],
    ['17 % 5 = 2', 'true'],
    ['0.1 + 0.2', '0.30000000000000004'],
    ['-3 + 1', '-2'],
    ['- context.n', '-5'],
    ['-context.t', ''],
    ['1 / 0', ''],
    ['5 % 0', ''],
    ['context.missing + 1', ''],
    ['context.t * 2', ''],
    ['56L', '56'],
    ['42.6', '42.6'],
    ['true or false and false', 'true'],
    ['not true or true', 'true'],
    ['not context.n = 6', 'true'],
    ['not (context.n = 5)', 'false'],
    ['!context.no', 'true'],
    ['!context.no = true', 'true'],
    ['not not context.n', 'true'],
    ['context.empty or context.none', 'false'],
    ['context.o and context.t', 'true'],
    ['context.missing ?: "x"', 'x'],
    ['context.empty ?: "x"', 'x'],
    ['context.none ?: "x"', 'x'],
    ['context.o ?: "x"', 'x'],
    ['context.no ?: "x"', 'false'],
    ['0 ?: 1', '0'],
    ['context.missing ?: context.empty ?: "y"', 'y'],
    ['context.n > 3 ?: "x"', 'true'],
    ['undefined ?: "u"', 'u'],
    [String.raw`"a \"b\" \\ c"`, 'a "b" \\ c'],
    ["'it is'", 'it is'],
    ['[1, [2], "x"]', '1,,x'],
    ['[context.n, 2]', '5,2'],
    ['count([])', '0'],
  ])('%s gives "%s"', (expression, text) => {
    expectTemplate(`{%= ${expression} %}`).context(context).as('text').toRender(text)
  })
})

describe('if and unless', () => {
  test('the first true branch is printed', () => {
    const source =
      '{%#if context.n > 2%}many{%else if context.n = 2%}two{%else if context.n = 1%}one{%else%}none{%/if%}'
    for (const [n, text] of [
      [3, 'many'],
      [2, 'two'],
      [1, 'one'],
      [0, 'none'],
    ]) {
      expectTemplate(source).context({ n }).toRender(String(text))
    }
  })

  test('both layers write the same blocks', () => {
    expectTemplate('{{#if context.a = "x"}}1{{else if context.a}}2{{else}}3{{/if}}')
      .context({ a: 'y' })
      .toRender('2')
    expectTemplate('{{#unless context.a}}1{{else}}2{{/unless}}').context({}).toRender('1')
    expectTemplate('{%#unless context.a%}1{%else%}2{%/unless%}').context({ a: 1 }).toRender('2')
    expectTemplate('{%#unless context.a%}1{%else if context.a = 2%}2{%else%}3{%/unless%}')
      .context({ a: 2 })
      .toRender('2')
  })

  test.each([[false], [null], [''], [0], [[]]])('%j is false', value => {
    expectTemplate('{%#if context.v%}t{%else%}f{%/if%}').context({ v: value }).toRender('f')
  })

  test.each([[true], ['false'], [1], [[0]], [{}]])('%j is true', value => {
    expectTemplate('{%#if context.v%}t{%else%}f{%/if%}').context({ v: value }).toRender('t')
  })

  test('blocks nest, inline too', () => {
    expectTemplate('day{%#if context.n > 1%}s{%#if context.n > 9%}!{%/if%}{%/if%}')
      .context({ n: 10 })
      .toRender('days!')
  })

  test('the undocumented spelling is understood, with a warning', () => {
    const source = '{% if context.a = 1 %}a{% elseif context.a = 2 %}b{% else %}c{% endif %}'
    expectTemplate(source).context({ a: 2 }).toRender('b')
    expectTemplate(source).context({ a: 1 }).toRender('a')
    expectTemplate(source).context({}).toRender('c')
  })
})

describe('each', () => {
  const context = {
    items: [
      { n: 'x', sub: [1, 2] },
      { n: 'y', sub: [] },
    ],
    tags: ['p', 'q'],
    map: { k1: 'v1', k2: 'v2' },
  }

  test.each([
    ['{{#each context.items}}{{n}}{{/each}}', 'xy'],
    ['{{#each context.items}}{{this.n}}{{/each}}', 'xy'],
    ['{{#each context.items as |i|}}{{i.n}}{{/each}}', 'xy'],
    ['{{#each context.items as |i at|}}{{at}}{{i.n}}{{/each}}', '0x1y'],
    ['{{#each context.tags}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}', 'p, q'],
    ['{{#each context.tags}}{{@index}}{{#if @first}}!{{/if}}{{/each}}', '0!1'],
    ['{{#each context.tags}}{{#if @index < 1}}{{this}}{{/if}}{{/each}}', 'p'],
    ['{{#each context.missing}}x{{else}}none{{/each}}', 'none'],
    ['{{#each context.missing}}x{{/each}}', ''],
    ['{{#each context.items as |i|}}{{#each i.sub as |s|}}{{i.n}}{{s}}{{else}}-{{/each}}{{/each}}', 'x1x2-'],
    ['{{#each context.items}}{{#each sub}}{{this}}{{@index}}{{/each}}{{@index}}{{/each}}', '102101'],
    ['{{#each context.map}}{{@key}}={{this}};{{/each}}', 'k1=v1;k2=v2;'],
    ['{{#each context.map as |v k|}}{{k}}={{v}};{{/each}}', 'k1=v1;k2=v2;'],
    ['{{#each context.tags}}{{@key}}{{/each}}', '01'],
    ['{{#each context.map.k1}}x{{else}}none{{/each}}', 'none'],
    ['{{#each split("a b", " ")}}[{{this}}]{{/each}}', '[a][b]'],
    ['{{#each context.items}}{{context.tags.0}}{{/each}}', 'pp'],
    ['{{#each context.items as |i|}}{%#if i.n = "y"%}{{i.n}}{%/if%}{{/each}}', 'y'],
    ['{{#each context.items}}{{#with sub}}{{@index}}{{/with}}{{/each}}', '0'],
  ])('%s gives %s', (source, text) => {
    expectTemplate(source).context(context).toRender(text)
  })
})

describe('with', () => {
  const context = { a: { b: { c: 1 } }, zero: 0 }

  test.each([
    ['{{#with context.a.b}}{{c}}{{this.c}}{{/with}}', '11'],
    ['{{#with context.a as |x|}}{{x.b.c}}{{/with}}', '1'],
    ['{{#with context.x}}a{{else}}b{{/with}}', 'b'],
    ['{{#with context.zero}}{{this}}{{/with}}', '0'],
    ['{{#with false}}a{{/with}}', ''],
  ])('%s gives %s', (source, text) => {
    expectTemplate(source).context(context).toRender(text)
  })
})

describe('let', () => {
  test('a variable is visible in every later tag of both layers', () => {
    expectTemplate('{% let v = upperCase("a") %}{{v}}{%= concat(v, "b") %}{%#if v = "A"%}!{%/if%}').toRender(
      'AAb!',
    )
    expectTemplate('{%let v=1%}{{v}}').toRender('1')
  })

  test('setting it in a block changes it outside', () => {
    const source = '{% let t = 0 %}{{#each context.items as |i|}}{% let t = t + i.p %}{{/each}}{{t}}'
    expectTemplate(source)
      .context({ items: [{ p: 1 }, { p: 2.5 }] })
      .toRender('3.5')
    expectTemplate('{%#if true%}{% let a = 1 %}{%/if%}{{a}}').toRender('1')
  })

  test('a variable may hold a list or an object', () => {
    expectTemplate('{% let o = context.o %}{{o.x}}{{#each o.l}}{{this}}{{/each}}')
      .context({ o: { x: 1, l: [2] } })
      .toRender('12')
  })

  test('before it is set it is blank, or the property of the item', () => {
    expectTemplate('{{#each context.l}}[{{v}}]{% let v = 1 %}{{/each}}')
      .context({ l: [{}] })
      .toRender('[]')
    expectTemplate('{{#each context.l}}{{v}}{% let v = 9 %}{{/each}}')
      .context({ l: [{ v: 1 }, { v: 2 }] })
      .toRender('19')
  })

  test('once set it outranks a property of the item, null too', () => {
    expectTemplate('{% let v = null %}{{#each context.l}}[{{v}}]{{/each}}')
      .context({ l: [{ v: 1 }] })
      .toRender('[]')
  })
})

describe('white space', () => {
  test('a block, let, else or comment tag alone on its line takes the line with it', () => {
    const source = 'a\n  {{#if context.x}}\nb\n{{else}}\r\nc\n  {{/if}}  \n{{! note }}\n{% let y = 1 %}\nd\n'
    expectTemplate(source).context({}).toRender('a\nc\nd\n')
    expectTemplate('{{#each context.l}}\n- {{this}}\n{{/each}}')
      .context({ l: [1, 2] })
      .toRender('- 1\n- 2\n')
  })

  test('a tag with something beside it, and an output, keep their white space', () => {
    expectTemplate('a {{#if true}} b {{/if}} c').toRender('a  b  c')
    expectTemplate('a\n{{context.x}}\nb').toRender('a\n\nb')
    expectTemplate('a\n{%= "" %}\nb').toRender('a\n\nb')
  })

  test('a tilde takes all white space on its side', () => {
    expectTemplate('a \n {{~"x"~}} \n b').toRender('axb')
    expectTemplate('a {{~#if true~}} b {{~/if~}} c').toRender('abc')
    expectTemplate('a {%~= "x" ~%} b').toRender('axb')
  })
})

test('one template serves renders that interleave and leaves nothing behind', () => {
  const template = compileOk('{% let t = 0 %}{{#each context.l as |i|}}{% let t = t + i %}{{/each}}{{t}}')
  const inner = { toString: () => 'x' }
  expect(template.render({ context: { l: [1, 2], inner } })).toBe('3')
  expect(template.render({ context: { l: [5] } })).toBe('5')
  expect(template.render({})).toBe('0')
})

test('a bare name is an attribute of the profile, as on the function pages of AJO; the checker objects', () => {
  const profile = { orders: [{ order: { price: 2 } }, { order: { price: 3 } }], context: 'x' }
  expectTemplate('{%= sum(orders.order.price) %}{{nothing}}').with({ profile }).toRender('5')
  expect(checkTemplate('{%= sum(orders.order.price) %}').map(found => found.code)).toEqual(['name_unknown'])
})
