import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { removeFragment } from '../campaigns/content-uses.ts'
import { transaction } from '../db/pool.ts'
import type { Fault } from '../lib/fault.ts'
import { uuidv7 } from '../lib/ids.ts'
import type { Author } from './author.ts'
import type { FragmentRecord } from './fragment.ts'
import { holdFragments, liveFragments, liveOrDraftFragments } from './fragment-source.store.ts'
import { archiveFragment, createFragment, patchFragment, publishFragment } from './fragments.ts'

let test: TestDatabase
let author: Author
const newId = (): string => uuidv7(Date.now())

const newSandbox = async (): Promise<Author> => {
  const sandboxId = newId()
  await test.db.query('insert into sandbox (id, name, production, created_at) values ($1, $2, false, $3)', [
    sandboxId,
    sandboxId,
    new Date(),
  ])
  return { pool: test.db, sandboxId, by: 'test', now: new Date(), newId }
}

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  author = await newSandbox()
})

const draft = (key: string, source: string): Promise<FragmentRecord> =>
  createFragment(author, { name: key, key, source })
const live = async (key: string, source: string): Promise<FragmentRecord> =>
  publishFragment(author, (await draft(key, source)).id)

describe('references', () => {
  it('by id, by key and by AJO reference find one live source, under the text they were asked by', async () => {
    const footer = await live('footer', 'Bye')
    const asked = [
      'footer',
      'ajo:footer',
      `ajo:${footer.id}/variant`,
      footer.id.toUpperCase(),
      'Footer',
      '',
      'gone',
      'a\0',
    ]
    const found = await liveFragments(test.db, author.sandboxId, asked)
    expect([...found.keys()].sort()).toEqual(asked.slice(0, 4).sort())
    for (const one of found.values())
      expect(one).toEqual({
        id: footer.id,
        key: 'footer',
        name: 'footer',
        subType: 'html',
        versionId: footer.live?.id,
        source: 'Bye',
        live: true,
      })
  })

  it('find the live source although a draft is newer, also when the fragment is archived', async () => {
    const { id, live: version } = await live('footer', 'Old')
    await patchFragment(author, id, { source: 'New' })
    const sourceOf = async (find: typeof liveFragments) =>
      (await find(test.db, author.sandboxId, ['footer'])).get('footer')
    expect(await sourceOf(liveFragments)).toMatchObject({ source: 'Old', versionId: version?.id })
    expect(await sourceOf(liveOrDraftFragments)).toMatchObject({ source: 'Old', live: true })
    await archiveFragment(author, id)
    expect(await sourceOf(liveFragments)).toMatchObject({ source: 'Old' })
    expect((await publishFragment(author, (await draft('other', 'x')).id)).live?.id).not.toBe(version?.id)
  })

  it('find a draft only where drafts are asked for, under a version that changes with it', async () => {
    const { id } = await draft('new', 'One')
    expect((await liveFragments(test.db, author.sandboxId, ['new'])).size).toBe(0)
    const first = (await liveOrDraftFragments(test.db, author.sandboxId, ['new'])).get('new')
    expect(first).toMatchObject({ source: 'One', live: false })
    await patchFragment(author, id, { source: 'Two' })
    const second = (await liveOrDraftFragments(test.db, author.sandboxId, ['new'])).get('new')
    expect(second?.source).toBe('Two')
    expect(second?.versionId).not.toBe(first?.versionId)
  })

  it('find nothing of another sandbox, and nothing when nothing is asked', async () => {
    const { id } = await live('footer', 'Bye')
    const { sandboxId } = await newSandbox()
    expect((await liveFragments(test.db, sandboxId, ['footer', id])).size).toBe(0)
    expect((await liveFragments(test.db, author.sandboxId, [])).size).toBe(0)
  })
})

const untilSomebodyWaits = async (): Promise<void> => {
  for (;;) {
    const { rowCount } = await test.db.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rowCount) return
  }
}

it('a fragment that content is just going live with cannot be removed under it', async () => {
  const { id } = await live('footer', 'Bye')
  let removal: Promise<string> = Promise.resolve('')
  await transaction(test.db, async tx => {
    await holdFragments(tx, author.sandboxId, ['ajo:footer/1', id, 'gone'])
    removal = removeFragment(author, id).then(
      () => 'removed',
      (error: Fault) => error.code,
    )
    await untilSomebodyWaits()
    await createFragment({ ...author, pool: test.db }, { name: 'outer', source: "{{fragment id='footer'}}" })
  })
  expect(await removal).toBe('resource_in_use')
})

it('two fragments that include each other can be published at the same time without waiting in a circle', async () => {
  const ids = [(await draft('a', '{{fragment id="b"}}')).id, (await draft('b', '{{fragment id="a"}}')).id]
  const codes = await Promise.all(
    ids.map(id =>
      publishFragment(author, id).then(
        () => 'published',
        (error: Fault) => error.code,
      ),
    ),
  )
  expect(codes).toEqual(['fragment_invalid', 'fragment_invalid'])
})
