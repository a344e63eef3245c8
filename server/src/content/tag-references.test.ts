import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fragmentIdOf, fragmentReferences, lookupReferences } from './tag-references.ts'

describe('a reference to a fragment', () => {
  it.each([
    ['footer', 'footer'],
    ['ajo:footer', 'footer'],
    ['ajo:footer/variant-1', 'footer'],
    ['AJO:footer', 'footer'],
    [' ajo: footer /v', 'footer'],
    ['footer/v/w', 'footer'],
    ['ajo:4f6e9d4c-9c27-4a21-8f5b-0a1b2c3d4e5f/7', '4f6e9d4c-9c27-4a21-8f5b-0a1b2c3d4e5f'],
    ['ajo:', ''],
    ['', ''],
  ])('%j names %j', (reference, id) => {
    expect(fragmentIdOf(reference)).toBe(id)
  })
})

describe('the fragments of a source', () => {
  it.each([
    ["{{fragment id='ajo:footer/1' mode='inline'}}", ['ajo:footer/1']],
    ['{{ fragment id="footer" }}', ['footer']],
    ['{{~fragment id="footer"~}}', ['footer']],
    ['{{{fragment id="footer"}}}', ['footer']],
    ["{{fragment mode='inline' render=false id='a' text=\"{{x}} id='b'\"}}", ['a']],
    ["{{fragment text=\"id='b'\" id='a'}}", ['a']],
    ['{{fragment\n  id = "a"}} {{fragment id="a"}} {{fragment id="b"}}', ['a', 'b']],
    ['{{fragment id=context.fragment}}', []],
    ['{{fragments id="a"}} fragment id="b" {{#if fragment}}', []],
    ['{{fragment id="a', []],
    ['{{fragment mode="inline"}} id="a"', []],
    ['{{#if x}}{{broken} {{fragment id="a"}}', ['a']],
  ])('%j are %j', (source, references) => {
    expect(fragmentReferences(source)).toEqual(references)
  })

  it('are found in any text around them', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const around = before.replaceAll('{', '(')
        expect(fragmentReferences(`${around}{{fragment id="a"}}${after}`)).toContain('a')
      }),
    )
  })

  it('take time in proportion to the source, whatever it holds', () => {
    const hostile = `{{fragment${' '.repeat(200_000)}`.repeat(2) + '{{'.repeat(200_000)
    expect(fragmentReferences(hostile)).toEqual([])
    expect(fragmentReferences('{{fragment a='.repeat(50_000))).toEqual([])
  })
})

describe('the lookup tables of a source', () => {
  it.each([
    ['{{datasetLookup datasetId="shops" id=profile.shop result="s"}}', ['shops']],
    [
      "{{datasetLookup id=\"1\" result='s' datasetId='shops'}}{{datasetLookup datasetId='b' id='1'}}",
      ['shops', 'b'],
    ],
    ['{{fragment datasetId="shops"}}', []],
  ])('%j are %j', (source, tables) => {
    expect(lookupReferences(source)).toEqual(tables)
  })
})
