/**
 * The life of a fragment: draft, live (with or without a newer draft), archived. Each step is one transaction that locks
 * the fragment, so two people cannot overwrite each other; versions are only ever added. It does not know who uses it.
 */
import { type Finding, type FragmentCreate, type FragmentPatch, MAX_FRAGMENT_BYTES } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { type Author, orMissing, taken, withFreeName } from './author.ts'
import {
  findFragment,
  insertFragment,
  insertLiveVersion,
  lockFragment,
  setArchived,
  writeFragment,
} from './fragment.store.ts'
import { type FragmentRecord, keyFromName } from './fragment.ts'
import { fragmentFindings } from './fragment-findings.ts'
import { holdFragments } from './fragment-source.store.ts'
import { fragmentReferences } from './tag-references.ts'

/** A fragment of the author's sandbox; 404 when there is none. */
export const getFragment = async (author: Author, id: string): Promise<FragmentRecord> =>
  orMissing(await findFragment(author.pool, author.sandboxId, id), 'fragment')

type Work = (tx: pg.PoolClient, fragment: FragmentRecord) => Promise<void>

const change = async (author: Author, id: string, work: Work): Promise<FragmentRecord> => {
  await transaction(author.pool, async tx => {
    const fragment = await lockFragment(tx, author.sandboxId, { id, to: 'change' })
    await work(tx, orMissing(fragment, 'fragment'))
  })
  return getFragment(author, id)
}

const refused = (detail: string): Fault => new Fault('resource_state', { detail })

const refuseArchived = (fragment: FragmentRecord): void => {
  if (fragment.archivedAt !== null) throw refused('An archived fragment stays as it is; unarchive it first.')
}

const refuseBad = (members: { readonly name?: string; readonly source?: string }): void => {
  const problems = [
    ...(members.name?.trim() === '' ? [{ pointer: '/name', message: 'must not be blank' }] : []),
    ...(Buffer.byteLength(members.source ?? '') > MAX_FRAGMENT_BYTES
      ? [{ pointer: '/source', message: `must have at most ${MAX_FRAGMENT_BYTES} bytes` }]
      : []),
  ]
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}

/** Makes a draft. A key that is given must be free; one made from the name gets an ending when it is not. */
export const createFragment = async (author: Author, given: FragmentCreate): Promise<FragmentRecord> => {
  refuseBad(given)
  const id = author.newId()
  const fragment = {
    id,
    sandboxId: author.sandboxId,
    name: given.name,
    description: given.description ?? '',
    subType: given.subType ?? 'html',
    draft: given.source ?? '',
    by: author.by,
    now: author.now,
  } as const
  const insert = (key: string): Promise<boolean> =>
    withFreeName(insertFragment(author.pool, { ...fragment, key }))
  const key = given.key ?? keyFromName(given.name)
  // The last eight digits of a UUIDv7 are random.
  const made = (await insert(key)) || (given.key === undefined && (await insert(`${key}-${id.slice(-8)}`)))
  if (!made) throw taken('key')
  return getFragment(author, id)
}

/** Changes name, description and draft; a new source beside a live version is a draft. A stale `revision` is refused. */
export const patchFragment = (
  author: Author,
  id: string,
  { revision, source, ...patch }: FragmentPatch,
): Promise<FragmentRecord> =>
  change(author, id, async (tx, fragment) => {
    refuseBad({ ...patch, ...(source === undefined ? {} : { source }) })
    refuseArchived(fragment)
    if (revision !== undefined && revision !== fragment.revision)
      throw new Fault('revision_stale', {
        detail: 'Somebody else changed this fragment; load it again before you save.',
      })
    const { name, description, draft } = fragment
    await withFreeName(
      writeFragment(tx, {
        id,
        by: author.by,
        now: author.now,
        ...{ name, description, draft: source ?? draft, ...patch },
      }),
    )
  })

const sourceOf = (fragment: FragmentRecord): string => fragment.draft ?? fragment.live?.source ?? ''

/** Findings of what would be published: the draft, else the live version. */
export const validateFragment = (author: Author, fragment: FragmentRecord): Promise<Finding[]> =>
  fragmentFindings(author.pool, author.sandboxId, { ...fragment, source: sourceOf(fragment) })

const refuseErrors = (findings: readonly Finding[]): void => {
  const errors = findings.filter(one => one.severity === 'error')
  if (errors.length === 0) return
  throw new Fault('fragment_invalid', {
    problems: errors.map(({ pointer, message }) => ({ pointer, message })),
  })
}

/** Freezes the draft as the next version and makes it live. Refused with all findings when it has errors. */
export const publishFragment = (author: Author, id: string): Promise<FragmentRecord> =>
  change(author, id, async (tx, fragment) => {
    refuseArchived(fragment)
    const { draft } = fragment
    if (draft === null) throw refused('There is no draft to publish.')
    await holdFragments(tx, author.sandboxId, fragmentReferences(draft))
    refuseErrors(await fragmentFindings(tx, author.sandboxId, { ...fragment, source: draft }))
    await insertLiveVersion(tx, {
      id,
      by: author.by,
      now: author.now,
      sandboxId: author.sandboxId,
      versionId: author.newId(),
      source: draft,
    })
  })

/** Keeps a fragment out of lists; content that uses it goes on. */
export const archiveFragment = (author: Author, id: string): Promise<FragmentRecord> =>
  change(author, id, async (tx, fragment) => {
    if (fragment.archivedAt !== null) return
    await setArchived(tx, { id, by: author.by, now: author.now, archivedAt: author.now })
  })

/** Brings an archived fragment back. */
export const unarchiveFragment = (author: Author, id: string): Promise<FragmentRecord> =>
  change(author, id, async (tx, fragment) => {
    if (fragment.archivedAt === null) return
    await setArchived(tx, { id, by: author.by, now: author.now, archivedAt: null })
  })

/** Gives up the draft beside a live version. */
export const discardFragmentDraft = (author: Author, id: string): Promise<FragmentRecord> =>
  change(author, id, async (tx, fragment) => {
    refuseArchived(fragment)
    if (fragment.live === null || fragment.draft === null)
      throw refused('There is no draft beside a live version.')
    const { name, description } = fragment
    await writeFragment(tx, { id, by: author.by, now: author.now, name, description, draft: null })
  })
