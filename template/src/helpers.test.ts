/** What the helpers do: fragments, lookups, metadata, encryption and links, through the caller's interface. */
import { describe, expect, test } from 'vitest'
import { checkTemplate } from './check/check.ts'
import { fragmentIds } from './fragments.ts'
import { type Outside, PENDING } from './outside.ts'
import { compileOk, expectTemplate, fragmentOf } from './test/expect-template.ts'

const context = { name: 'Ada & Co', id: 'f1', list: ['a', 'b'] }

const render = (source: string, outside: Outside, data: object = context): string =>
  compileOk(source).render({ context: data }, { outside })

describe('a static fragment', () => {
  test('is rendered in place, escaped like the message', () => {
    expectTemplate(`[{{fragment id='ajo:1/2' mode='inline'}}]`)
      .context(context)
      .using({ 'ajo:1/2': 'Hi {{context.name}}' })
      .toRender('[Hi Ada &amp; Co]')
  })

  test('reads the variables set before it, and its own are readable after it', () => {
    expectTemplate('{% let a = 1 %}{{fragment id="f"}}{{b}} {{fragment id="g"}}')
      .using({ f: '{% let b = a + 1 %}', g: '{%= b + 1 %}' })
      .toRender('2 3')
  })

  test('with render=false prints nothing and still sets its variables', () => {
    expectTemplate('{{fragment id="f" render=false}}\n[{{b}}]')
      .using({ f: 'text{% let b = 7 %}' })
      .toRender('[7]')
  })

  test('does not see the loop around its tag, but what let took from it', () => {
    expectTemplate('{{#each context.list as |x|}}{% let y = x %}{{fragment id="f"}}{{/each}}')
      .context(context)
      .using({ f: '[{{x}}{{y}}]' })
      .toRender('[a][b]')
  })

  test('has its own loops, inside of a loop of the message', () => {
    expectTemplate('{{#each context.list}}{{this}}:{{fragment id="f"}}{{this}} {{/each}}')
      .context(context)
      .using({ f: '{{#each context.list}}{{@index}}{{this}}{{/each}}' })
      .toRender('a:0a1ba b:0a1bb ')
  })

  test('can hold another fragment', () => {
    expectTemplate('{{fragment id="f"}}').using({ f: '<{{fragment id="g"}}>', g: 'x' }).toRender('<x>')
  })

  test('that holds itself is stopped', () => {
    const error = expectTemplate('{{fragment id="f"}}')
      .using({ f: 'x{{#if true}}{{fragment id="f"}}{{/if}}' })
      .toStopWith('fragment_too_deep')
    expect(error.fragment).toBe('f')
  })

  test('tells the place of an error within it', () => {
    const error = expectTemplate('\n\n{{fragment id="f"}}')
      .using({ f: 'ab{{#each [1,2,3]}}x{{/each}}' })
      .within({ maxLoopSteps: 1 })
      .toStopWith('too_many_loop_steps')
    expect([error.fragment, error.line, error.column]).toEqual(['f', 1, 3])
  })
})

describe('an editable field', () => {
  const fragments = {
    f: '{{#inline "title" name="The title"}}Dear {{context.name}}{{/inline}}<b>{{{title}}}</b>',
  }

  test('has its default', () => {
    expectTemplate('{{fragment id="f"}}')
      .context(context)
      .using(fragments)
      .toRender('<b>Dear Ada &amp; Co</b>')
  })

  test('is replaced at one use and not at the next', () => {
    expectTemplate('{{fragment id="f" title="<i>Hi</i>"}}{{fragment id="f"}}')
      .context({ name: 'x' })
      .using(fragments)
      .toRender('<b><i>Hi</i></b><b>Dear x</b>')
  })

  test('that is replaced by data is escaped', () => {
    expectTemplate('{{fragment id="f" title=context.name}}')
      .context({ name: '<script>' })
      .using(fragments)
      .toRender('<b>&lt;script&gt;</b>')
  })

  test('is never escaped twice, also with two braces', () => {
    expectTemplate('{{#inline "a"}}{{context.name}}{{/inline}}{{a}}')
      .context(context)
      .toRender('Ada &amp; Co')
  })
})

describe('a dynamic fragment', () => {
  const outside: Outside = {
    fragment: id =>
      id === 'f1' ? fragmentOf('f1', 'F{% let z = 5 %}') : id === 'bad' ? fragmentOf('bad', '{{#if}}') : null,
  }

  test('is found by an id from the data, and sets variables', () => {
    expect(render('{{fragment id=context.id}}{{z}}', outside)).toBe('F5')
  })

  test.each([
    ['{{fragment id="nope"}}', 'fragment_unknown', '"nope"'],
    ['{{fragment id=context.missing}}', 'fragment_unknown', 'empty'],
    ['{{fragment id="bad"}}', 'fragment_broken', 'has errors'],
  ])('%s stops with %s', (source, code, words) => {
    expect(() => render(source, outside)).toThrow(expect.objectContaining({ code }))
    expect(() => render(source, outside)).toThrow(words)
  })

  test('without anything outside is unknown', () => {
    expect(() => render('{{fragment id="f1"}}', {})).toThrow(
      expect.objectContaining({ code: 'fragment_unknown' }),
    )
  })

  test('that is still to be loaded prints nothing for now', () => {
    expect(render('[{{fragment id=context.id}}{{z}}]', { fragment: () => PENDING })).toBe('[]')
  })
})

describe('datasetLookup', () => {
  const rows = new Map([['7', { full: { path: 'here' } }]])
  const outside: Outside = {
    lookup: (dataset, key) => (dataset === 'd' ? (rows.get(key) ?? null) : undefined),
  }

  test('sets a variable to the row, by a literal or a path', () => {
    expect(
      render(
        '{{datasetLookup datasetId="d" id="7" result="store" required=false}}\n{{store.full.path}}',
        outside,
      ),
    ).toBe('here')
    expect(
      render('{{datasetLookup datasetId="d" id=context.n result=store}}{{store.full.path}}', outside, {
        n: 7,
      }),
    ).toBe('here')
  })

  test('without a row gives empty values, unless it is required', () => {
    expect(render('{{datasetLookup datasetId="d" id="8" result="s"}}[{{s.a}}]', outside)).toBe('[]')
    expect(() => render('{{datasetLookup datasetId="d" id="8" result="s" required=true}}', outside)).toThrow(
      expect.objectContaining({ code: 'lookup_missing' }),
    )
    expect(() =>
      render('{{datasetLookup datasetId="d" id=context.no result="s" required=true}}', outside),
    ).toThrow(expect.objectContaining({ code: 'lookup_missing' }))
  })

  test('of an unknown table stops', () => {
    expect(() => render('{{datasetLookup datasetId="x" id="8" result="s"}}', outside)).toThrow(
      expect.objectContaining({ code: 'lookup_failed' }),
    )
  })

  test('that is still to be loaded is not missing', () => {
    expect(
      render('{{datasetLookup datasetId="d" id="8" result="s" required=true}}[{{s.a}}]', {
        lookup: () => PENDING,
      }),
    ).toBe('[]')
  })

  test('reads nothing inherited from a row', () => {
    expect(
      render(
        '{{datasetLookup datasetId="d" id="7" result="s"}}[{{s.constructor.name}}{{s.__proto__}}]',
        outside,
      ),
    ).toBe('[]')
  })
})

test('executionMetadata hands over each pair as text and prints nothing', () => {
  const pairs: [string, string][] = []
  const source = 'a\n{{executionMetadata key="k" value=context.n}}\n{{executionMetadata key="l" value="v"}}b'
  expect(render(source, { metadata: (key, value) => pairs.push([key, value]) }, { n: 5 })).toBe('a\nb')
  expect(pairs).toEqual([
    ['k', '5'],
    ['l', 'v'],
  ])
  expect(() => render('{{executionMetadata key="k" value=1}}', {})).toThrow(
    expect.objectContaining({ code: 'metadata_failed' }),
  )
})

describe('encrypt', () => {
  const outside: Outside = {
    encrypt: (text, { name, version }) =>
      name === 'k'
        ? { kind: 'encrypted', text: `${name}.${version ?? '2'}.<${text}>` }
        : { kind: 'refused', why: 'The key is revoked.' },
  }

  test('sets a variable, with the version asked for or the current one', () => {
    expect(render('{{encrypt context.name keyName="k" version="1" result="r"}}{{{r}}}', outside)).toBe(
      'k.1.<Ada & Co>',
    )
    expect(render('{{encrypt context.name keyName="k" result="r"}}{{r}}', outside)).toBe(
      'k.2.&lt;Ada &amp; Co&gt;',
    )
  })

  test('in its older form prints in place', () => {
    expect(render('{{encrypt data=context.id key="k"}}', outside)).toBe('k.2.&lt;f1&gt;')
  })

  test.each([
    ['{{encrypt context.name keyName="x" result="r"}}', 'revoked'],
    ['{{encrypt context.list keyName="k" result="r"}}', 'Only text'],
    ['{{encrypt context.missing keyName="k" result="r"}}', 'Only text'],
  ])('%s stops', (source, words) => {
    expect(() => render(source, outside)).toThrow(expect.objectContaining({ code: 'encrypt_failed' }))
    expect(() => render(source, outside)).toThrow(words)
  })
})

test('url prints what the caller makes of the address', () => {
  const link: Outside['link'] = (url, { type, action }) => `${url}?${type}&${action}`
  expect(render(`{{url originalUrl='https://a.b' type='DEEPLINK' action='CLICK'}}`, { link })).toBe(
    'https://a.b?DEEPLINK&amp;CLICK',
  )
  expect(render('{{{url originalUrl=context.id}}}', { link })).toBe('f1?null&null')
  expect(() => render('{{url originalUrl="x"}}', {})).toThrow(
    expect.objectContaining({ code: 'link_failed' }),
  )
})

test('a property may be called like a helper', () => {
  expectTemplate('{{#each context.links}}{{url}}{{encrypt}} {{url ?: "x"}}{{/each}}')
    .context({ links: [{ url: 'u', encrypt: 'e' }] })
    .toRender('ue u')
})

test('the ids of the fragments of a source are told, each once', () => {
  expect(
    fragmentIds(
      '{{fragment id="a"}}{{#if 1}}{{fragment id="b"}}{{fragment id="a"}}{{/if}}{{fragment id=context.x}}',
    ),
  ).toEqual(['a', 'b'])
})

describe('spellings that are understood, with a remark', () => {
  const fragments = { f: 'F' }
  test.each([
    ['{% if true %}a{% elseif false %}b{% else %}c{% endif %}', 'a'],
    ['{%#if false%}a{%else%} if true %}b{%/if%}', 'b'],
    ['{%#if false%}a{%else%} if {{context.name}}{%/if%}', ' if x', 0],
    ['{{#if context.name = "x"}}y{{else}}n{{/if}}', 'y', 0],
    ['{{each context.list}}{{this}}{{/each}}', 'ab'],
    ['{= upperCase("a") %}', 'A'],
    ['{{context.name|fragment id="f" render=true}}', 'F'],
    ['a {= b', 'a {= b', 0],
    ['{{upperCase(context.name)}}', 'X', 0],
  ])('%s', (source, text, remarks = 1) => {
    expectTemplate(source)
      .context({ name: 'x', list: ['a', 'b'] })
      .using(fragments)
      .toRender(text)
    const variants = checkTemplate(source).filter(found => found.code === 'syntax_variant')
    expect(variants.length > 0).toBe(remarks === 1)
  })

  test('the private beta of datasetLookup', () => {
    const outside: Outside = { lookup: () => ({ a: 'row' }) }
    expect(render('{{entity.datasetId="d" id="1" result="r"}}{{r.a}}', outside)).toBe('row')
    expect(render('{{datasetLookup datasetId="d" key="1" result="r"}}{{r.a}}', outside)).toBe('row')
  })
})
