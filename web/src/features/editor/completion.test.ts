/** What is offered at a place, told by a source with `^` for the cursor. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fragmentLibrary } from './check-source.ts'
import { offersAt } from './completion.ts'
import { explain } from './explain.ts'
import { type EditorKnowledge, readKnowledge } from './knowledge.ts'
import { namedFragments } from './named-fragments.ts'
import { scopeBefore, wholePath } from './names-in-scope.ts'

const knowledge: EditorKnowledge = {
  schemas: {
    profile: {
      type: 'object',
      properties: {
        person: {
          type: 'object',
          properties: {
            name: {
              type: 'object',
              properties: { firstName: { type: 'string', description: 'Given name' } },
            },
          },
        },
      },
    },
    context: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        'order-total': { type: ['number', 'null'] },
        items: {
          type: 'array',
          items: { type: 'object', properties: { sku: { type: 'string' }, price: { type: 'number' } } },
        },
      },
    },
  },
  fragments: [{ id: 'f-1', key: 'footer', name: 'Footer', source: null }],
  tables: [
    {
      name: 'stores',
      columns: [
        { name: 'city', type: 'string', required: true },
        { name: 'hours', type: 'object', required: false },
      ],
    },
  ],
}
const known = readKnowledge(knowledge)

const at = (text: string, asked = false) =>
  offersAt(text.replace('^', ''), text.indexOf('^'), { knowledge: known, asked })
const labels = (text: string): readonly string[] => (at(text)?.offers ?? []).map(offer => offer.label)
const inserts = (text: string, label: string) => at(text)?.offers.find(offer => offer.label === label)?.insert

describe('the offers', () => {
  it('outside of tags come only when asked for, and are whole tags', () => {
    expect(at('Dear ^')).toBe(null)
    expect(at('Dear ^', true)?.offers.map(offer => offer.label)).toContain('#each')
  })

  it('of a lookup are the tables, and of its result the columns of that table', () => {
    expect(labels('{{datasetLookup datasetId="^"}}')).toEqual(['stores'])
    expect(inserts('{{datasetLookup datasetId=^}}', 'stores')).toBe('"stores"')
    const tag = '{{datasetLookup datasetId="stores" id=context.code result="store"}}'
    expect(labels(`${tag}{{store.^}}`)).toEqual(['city', 'hours'])
    expect(labels(`${tag}{% let here = store %}{%= here.^%}`)).toEqual(['city', 'hours'])
    expect(labels('{{datasetLookup datasetId="other" id=context.code result="o"}}{{o.^}}')).toEqual([])
    expect(labels('{{context.^}}')).not.toContain('city')
  })

  it('at the start of a tag are data, functions, helpers and blocks of that layer', () => {
    expect(labels('{{^}}')).toEqual(
      expect.arrayContaining(['profile', 'context.code', 'upperCase', 'fragment', '#each', '#inline']),
    )
    expect(labels('{%^%}')).toEqual(expect.arrayContaining(['let', '#if', '#unless', '=']))
    expect(labels('{%^%}')).not.toContain('#each')
    expect(labels('{%= ^%}')).toContain('upperCase')
  })

  it('below a path are its parts, with their types', () => {
    expect(labels('{{profile.person.^}}')).toEqual(['name'])
    const first = at('{{profile.person.name.fi^}}')
    expect(first?.offers).toEqual([{ label: 'firstName', kind: 'path', detail: 'text', info: 'Given name' }])
    expect(first?.from).toBe('{{profile.person.name.'.length)
  })

  it('write a name with other characters as its layer wants it', () => {
    expect(labels('{{context.^}}')).toContain('[order-total]')
    expect(labels('{%= context.^ %}')).toContain('`order-total`')
  })

  it('pass through lists and aliases', () => {
    expect(labels('{{#each context.items as |item|}}{{item.^}}')).toEqual(['sku', 'price'])
    expect(labels('{{#each context.items}}{{this.^}}')).toEqual(['sku', 'price'])
    expect(labels('{{#each context.items}}{{^}}')).toEqual(expect.arrayContaining(['this', 'sku', 'price']))
    expect(labels('{%= sum(context.items.^) %}')).toEqual(['sku', 'price'])
    expect(labels('{%= context.items[0].^ %}')).toEqual(['sku', 'price'])
    expect(labels('{% let it = context.items %}{{#each it as |one|}}{{one.^}}')).toEqual(['sku', 'price'])
  })

  it('know the variables that were set before, not those set later', () => {
    const text = '{% let a = 1 %}{{datasetLookup datasetId="t" id=x result="row"}}{{^}}{% let b = 2 %}'
    expect(labels(text)).toEqual(expect.arrayContaining(['a', 'row']))
    expect(labels(text)).not.toContain('b')
  })

  it('after @ are the loop names, in a loop only', () => {
    expect(labels('{{#each context.items}}{{@^}}')).toContain('@index')
    expect(at('{{@^}}')).toBe(null)
  })

  it('close the innermost block, and offer its else', () => {
    expect(labels('{{#each context.items}}{{#with this}}{{/^}}')).toEqual(['/with'])
    expect(labels('{%#if context.code%}{%^%}')).toEqual(expect.arrayContaining(['else', 'else if', '/if']))
  })

  it('name fragments by their name and insert their key', () => {
    expect(inserts('{{fragment id=^}}', 'Footer')).toBe("'footer'")
    expect(inserts("{{fragment id='^'}}", 'Footer')).toBe('footer')
    expect(labels('{{executionMetadata key="^"}}')).toEqual([])
  })

  it('are the members of a helper that are not there yet', () => {
    const offered = labels('{{datasetLookup datasetId="t" ^}}')
    expect(offered).toEqual(expect.arrayContaining(['id=', 'result=', 'required=']))
    expect(offered).not.toContain('datasetId=')
  })

  it('leave profile out where it must not be used', () => {
    const strict = { knowledge: readKnowledge({ ...knowledge, forbidProfile: true }), asked: false }
    const offered = offersAt('{{', 2, strict)?.offers.map(offer => offer.label)
    expect(offered).toContain('context')
    expect(offered?.filter(label => label.startsWith('profile'))).toEqual([])
  })

  it('never fail, and start at or before the cursor, whatever is typed', () => {
    const part = fc.constantFrom(
      '{{',
      '{%',
      '}}',
      '%}',
      'context',
      '.',
      ' ',
      '"',
      'let x = ',
      '#each ',
      'as |i|',
      '[',
      '@',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 3 }))), parts => {
        const text = parts.join('')
        const found = offersAt(text, text.length, { knowledge: known, asked: true })
        if (found !== null) expect(found.from).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})

describe('the names in scope', () => {
  it('forget a block that was closed', () => {
    const text = '{{#each context.items as |item|}}{{/each}}'
    expect(scopeBefore(text, text.length).blocks).toEqual([])
  })

  it('follow aliases of aliases to the data', () => {
    const text = '{{#each context.orders as |order|}}{{#each order.lines as |line|}}'
    const scope = scopeBefore(text, text.length)
    expect(wholePath('line.sku', scope)).toBe('context.orders[].lines[].sku')
    expect(wholePath('this', scope)).toBe('context.orders[].lines[]')
  })
})

describe('the fragments that a text names', () => {
  const footer = { id: 'f-1', key: 'footer', name: 'Footer', source: 'Bye' }
  const header = { id: 'f-2', key: 'header', name: 'Header', source: null }
  const library = (text: string, all: boolean) =>
    fragmentLibrary(text, { schemas: {}, fragments: [footer, header], knowsAllFragments: all })

  it('are told by id, by key, with and without prefix and variant', () => {
    for (const id of ['ajo:f-1', 'AJO:F-1/variant', 'footer', 'f-1'])
      expect(namedFragments([`{{fragment id="${id}" mode='inline'}}`], [footer, header])).toEqual([footer])
    expect(namedFragments(['{{fragment id=context.id}}', "{{other id='footer'}}"], [footer])).toEqual([])
  })

  it('are a library for the checker once all of them were read', () => {
    expect(library("{{fragment id='footer'}}", true)?.get('ajo:f-1/v')?.source).toBe('Bye')
    expect(library("{{fragment id='footer'}}", true)?.get('gone')).toBe(undefined)
    expect(library("{{fragment id='header'}}", true)).toBe(undefined)
    expect(library("{{fragment id='footer'}}", false)).toBe(undefined)
  })
})

describe('the words on a name', () => {
  const explained = (text: string) => explain(text.replace('^', ''), text.indexOf('^'), known)

  it('give a function its signature', () => {
    expect(explained('{%= upper^Case(context.code) %}')?.title).toMatch(/^upperCase\(/)
  })

  it('give a path its type and description, up to the segment under the pointer', () => {
    expect(explained('{{profile.person.name.first^Name}}')).toMatchObject({
      title: 'profile.person.name.firstName: text',
      text: 'Given name',
    })
    expect(explained('{{profile.per^son.name.firstName}}')?.title).toBe('profile.person: object')
    expect(explained('{{#each context.items as |i|}}{{i.s^ku}}')?.title).toBe('context.items[].sku: text')
  })

  it('are none for text, strings and unknown names', () => {
    for (const text of ['a^b', '{%= "con^text" %}', '{{context.no^thing}}'])
      expect(explained(text)).toBe(null)
  })
})
