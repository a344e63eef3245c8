/** Attacks, by name. A template and a payload are both hostile here; neither reaches anything but own plain data. */
import { describe, expect, test } from 'vitest'
import { compileOk, expectTemplate } from './test/expect-template.ts'

const context = JSON.parse(
  '{"a":{"b":1},"list":[1],"text":"x","n":1,"__proto__":{"polluted":"yes"},"own":{"constructor":"data"}}',
)

describe('nothing inherited can be read', () => {
  test.each([
    'context.constructor',
    'context.constructor.constructor',
    'context.__proto__',
    'context.__proto__.polluted',
    'context["__proto__"].polluted',
    'context["constructor"]',
    'context.[__proto__].polluted',
    'context.`__proto__`.polluted',
    'context.get("__proto__")',
    'context.get("constructor")',
    'context.a.hasOwnProperty',
    'context.a.toString',
    'context.a.valueOf',
    'context.a.__defineGetter__',
    'context.a.__lookupGetter__',
    'context.list.constructor',
    'context.list.push',
    'context.list.map',
    'context.list["length"]',
    'context.text.length',
    'context.text.constructor',
    'context.n.toFixed',
    'profile.constructor',
    'head(context.list).constructor',
    'keys(context.a).constructor',
  ])('%s is blank', expression => {
    expectTemplate(`[{{${expression}}}]`).with({ context, profile: {} }).toRender('[]')
  })

  test.each(['constructor', '__proto__', 'hasOwnProperty', 'toString'])(
    'a bare %s is blank, in a block and outside',
    name => {
      expectTemplate(`{{#with context.a}}[{{${name}}}]{{/with}}`).context(context).toRender('[]')
      expectTemplate(`[{{${name}}}{{${name}.x}}]`).with({ context, profile: {} }).toRender('[]')
    },
  )

  test('an own property may have any name', () => {
    expectTemplate('{{context.own.constructor}}').context(context).toRender('data')
  })

  test('a namespace is read from the data itself, not from its prototype', () => {
    const data = Object.create({ context: { a: 'inherited' } })
    expectTemplate('[{{context.a}}]').with(data).toRender('[]')
  })

  test('each and values pass over __proto__', () => {
    expectTemplate('{{#each context}}{{@key}} {{/each}}').context(context).toRender('a list text n own ')
    expectTemplate('{%= keys(context) %}').context(context).toRender('a,list,text,n,own')
    expectTemplate('{%= count(values(context)) %}').context(context).toRender('5')
  })
})

describe('nothing can be called', () => {
  test.each([
    'constructor',
    '__proto__',
    'toString.call',
    'eval',
    'Function',
    'require',
    'hasOwnProperty',
    'valueOf',
  ])('%s is no function of the language', name => {
    expectTemplate(`{%= context.a.${name}() %}`).context(context).toFail('function_unknown')
  })

  test('a function in the data is blank, wherever it is', () => {
    const spy = () => 'called'
    expectTemplate(
      '[{{context.f}}{{context.l}}{{context.f.name}}{{#each context.l}}{{this}}{{/each}}{%= head(context.l) %}{%= join(context.l, ",") %}{%= concat(head(context.l), "") %}]',
    )
      .context({ f: spy, l: [spy] })
      .toRender('[]')
  })

  test('toString and toJSON of a value are not called', () => {
    const boom = () => {
      throw new Error('called')
    }
    const value = { toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom }
    expectTemplate('[{{context.v}}{%= concat(context.v, "") %}{%= context.v = 1 %}{%= context.v > 1 %}]')
      .context({ v: value })
      .toRender('[falsefalse]')
  })

  test('host objects show none of their inside', () => {
    expectTemplate(
      '[{{context.d}}{{context.d.getTime}}{{context.m}}{{context.m.size}}{{context.s}}{{context.b}}]',
    )
      .context({ d: new Date(0), m: new Map([['a', 1]]), s: Symbol('x'), b: 10n })
      .toRender('[]')
  })
})

describe('nothing can be changed', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])(
    'let %s is a variable like any other',
    name => {
      expectTemplate(`{% let ${name} = "x" %}{{${name}}}`).toRender('x')
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
      expect(`${{}}`).toBe('[object Object]')
      expectTemplate(`{% let ${name} = context.a %}{{${name}.b}}{{${name}.polluted}}`)
        .context(context)
        .toRender('1')
    },
  )

  test('an assignment reaches no property', () => {
    expectTemplate('{% let context.a = 1 %}').toFail('expression_invalid')
    expectTemplate('{% let a.b = 1 %}').toFail('expression_invalid')
  })

  test('frozen data render, and data are the same afterwards', () => {
    const data = { context: Object.freeze({ list: Object.freeze([3, 1, 2]) }) }
    const before = JSON.stringify(data)
    compileOk('{% let l = context.list %}{{distinct(l)}}{{max(l)}}{{join(l, "-")}}').render(data)
    expect(JSON.stringify(data)).toBe(before)
  })
})

test('what a payload contains is never read as template', () => {
  expectTemplate('{{context.x}}|{%= context.x %}')
    .as('text')
    .context({ x: '{{profile.secret}}{%= 1 %}' })
    .toRender('{{profile.secret}}{%= 1 %}|{{profile.secret}}{%= 1 %}')
})

test('a payload cannot take the place of a namespace or of a variable', () => {
  expectTemplate('{% let v = "mine" %}{{#each context.l}}{{profile.a}}{{v}}{{/each}}')
    .with({ profile: { a: 'real' }, context: { l: [{ profile: { a: 'forged' }, v: 'forged' }] } })
    .toRender('realmine')
})
