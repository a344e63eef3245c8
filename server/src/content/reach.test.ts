/** How renders reach what must be loaded first, with sources in memory that count their calls. */
import { compileTemplate, type Outside } from '@carillon/template'
import { describe, expect, test } from 'vitest'
import { seal } from '../lib/seal.ts'
import { createEncryptor, newMaterial } from './encryption.ts'
import { loadLibrary } from './fragment-library.ts'
import { type ContentSources, createReach, type LookupRow, renderReaching } from './reach.ts'

const rows: Readonly<Record<string, LookupRow>> = {
  a: { next: 'b', text: 'A' },
  b: { next: 'c', text: 'B' },
  c: { fragment: 'f', text: 'C' },
}
const fragments: Readonly<Record<string, string>> = {
  f: 'F({{fragment id="g"}})',
  g: 'G{{datasetLookup datasetId="d" id="a" result="r"}}{{r.text}}',
  h: '{{fragment id="f"}}{{fragment id="none"}}',
}

const createSources = (): { sources: ContentSources; calls: string[] } => {
  const calls: string[] = []
  const sources: ContentSources = {
    fragments: async (sandboxId, references) => {
      calls.push(`${sandboxId} fragments ${[...references].sort().join(',')}`)
      const known = references.filter(id => Object.hasOwn(fragments, id))
      return new Map(known.map(id => [id, { id, version: '1', source: fragments[id] ?? '' }]))
    },
    lookups: async (sandboxId, questions) => {
      calls.push(`${sandboxId} lookups ${questions.map(({ key }) => key).join(',')}`)
      const found = questions.flatMap(({ dataset, key }) => {
        const row = dataset === 'd' ? rows[key] : undefined
        return row === undefined ? [] : [{ dataset, key, row }]
      })
      return { found, unknownDatasets: questions.map(({ dataset }) => dataset).filter(name => name !== 'd') }
    },
    encryptor: async sandboxId => {
      calls.push(`${sandboxId} keys`)
      return createEncryptor(
        [{ name: 'k', version: '2', status: 'active', sealedMaterial: seal('secret', newMaterial()) }],
        'secret',
      )
    },
  }
  return { sources, calls }
}

const renderer = (source: string) => {
  const compiled = compileTemplate(source, { target: 'text' })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(found => found.message).join('\n'))
  return (outside: Parameters<Parameters<typeof renderReaching>[2]>[0], context: object = {}): string => {
    try {
      return compiled.template.render({ context }, { outside })
    } catch (error) {
      return (error as Error).message
    }
  }
}

const renderOnce = async (source: string, sources: ContentSources) => {
  const render = renderer(source)
  const rendered = await renderReaching(createReach(sources), 's', outside => render(outside))
  return rendered ?? { value: 'stuck', metadata: {} }
}

describe('a render', () => {
  test('that needs nothing asks for nothing', async () => {
    const { sources, calls } = createSources()
    expect(await renderOnce('hi', sources)).toEqual({ value: 'hi', metadata: {} })
    expect(calls).toEqual([])
  })

  test('follows a chain of lookups into a fragment and what that needs', async () => {
    const { sources, calls } = createSources()
    const chain = ['a', 'r.next', 's.next'].map(
      (id, n) => `{{datasetLookup datasetId="d" id=${n === 0 ? '"a"' : id} result="${'rst'[n]}"}}`,
    )
    const { value } = await renderOnce(`${chain.join('')}{{t.text}} {{fragment id=t.fragment}}`, sources)
    expect(value).toBe('C F(GA)')
    expect(calls).toEqual(['s lookups a', 's lookups b', 's lookups c', 's fragments f', 's fragments g'])
  })

  test('gives up where each load asks for the next without an end', async () => {
    const { sources } = createSources()
    const endless: ContentSources = {
      ...sources,
      fragments: async (_sandbox, references) =>
        new Map(references.map(id => [id, { id, version: '1', source: `{{fragment id="${id}x"}}` }])),
    }
    const compiled = compileTemplate('{{fragment id="a"}}', {
      target: 'text',
      limits: { maxFragmentDepth: 50 },
    })
    if (!compiled.ok) throw new Error('the source has errors')
    const render = (outside: Outside): string => compiled.template.render({}, { outside })
    expect(await renderReaching(createReach(endless), 's', render)).toBeUndefined()
  })

  test('says what is not there only when it was asked for', async () => {
    const { sources } = createSources()
    expect((await renderOnce('{{fragment id="nope"}}', sources)).value).toContain(
      'no published fragment "nope"',
    )
    expect((await renderOnce('{{datasetLookup datasetId="x" id="a" result="r"}}', sources)).value).toContain(
      'no lookup table "x"',
    )
    expect(
      (await renderOnce('{{datasetLookup datasetId="d" id="z" result="r" required=true}}', sources)).value,
    ).toContain('no row for this key')
  })

  test('encrypts under the current version alone', async () => {
    const { sources } = createSources()
    const { value } = await renderOnce('{{encrypt "secret" keyName="k" result="e"}}{{e}}', sources)
    expect(value).toMatch(/^k\.2\.[\w-]{16}\.[\w-]{22}\.[\w-]{8}$/)
    expect((await renderOnce('{{encrypt "x" keyName="k" version="1" result="e"}}', sources)).value).toContain(
      'has no version "1"',
    )
    expect((await renderOnce('{{encrypt "x" keyName="no" result="e"}}', sources)).value).toContain(
      'no encryption key "no"',
    )
  })

  test('keeps the first pairs of metadata that fit, and only those of its last try', async () => {
    const { sources } = createSources()
    const pairs = Array.from({ length: 60 }, (_, n) => `{{executionMetadata key="k${n}" value="v"}}`)
    const { metadata } = await renderOnce(
      `{{executionMetadata key="r" value=r.text}}{{datasetLookup datasetId="d" id="a" result="r"}}${pairs.join('')}`,
      sources,
    )
    expect(Object.keys(metadata)).toHaveLength(50)
    expect(metadata['r']).toBe('')
    const long = await renderOnce(
      `{{executionMetadata key="a" value="${'x'.repeat(2_000)}"}}{{executionMetadata key="b" value="${'y'.repeat(100)}"}}`,
      sources,
    )
    expect(Object.keys(long.metadata)).toEqual(['a'])
  })
})

test('many renders of one group load in one go, each sandbox apart', async () => {
  const { sources, calls } = createSources()
  const reach = createReach(sources)
  const render = renderer('{{datasetLookup datasetId="d" id=context.id result="r"}}{{r.text}}')
  for (const [sandbox, id] of [
    ['s', 'a'],
    ['s', 'b'],
    ['t', 'a'],
  ] as const) {
    const visit = reach.visit(sandbox)
    render(visit.outside, { id })
    expect(visit.missed()).toBe(true)
  }
  await reach.load()
  expect(calls).toEqual(['s lookups a,b', 't lookups a'])
  const visit = reach.visit('s')
  expect([render(visit.outside, { id: 'b' }), visit.missed()]).toEqual(['B', false])
})

test('a library holds every fragment within reach, and its stamp tells versions and gaps', async () => {
  const { sources } = createSources()
  const library = await loadLibrary(
    references => sources.fragments('s', references),
    ['{{fragment id="h"}}', 'x'],
  )
  expect(['h', 'f', 'g'].map(id => library.get(id)?.id)).toEqual(['h', 'f', 'g'])
  expect([library.get('none'), library.isEmpty]).toEqual([undefined, false])
  expect(library.stamp).toBe('f=1\ng=1\nh=1\nnone=')
})
