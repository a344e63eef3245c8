/**
 * Everything that the instance keeps of one person, as one JSON document in pieces: as much memory for a hundred thousand
 * messages as for one. It reads and changes nothing.
 */
import type { Identity } from '@carillon/contract'
import { listConsentEvents } from '../consent/consent.store.ts'
import type { Db } from '../db/pool.ts'
import { uuidv7Floor } from '../lib/ids.ts'
import { idsByIdentity, walkLedger } from '../messages/erase.store.ts'
import { messagesById } from '../messages/read.store.ts'
import { shortLinksOfAll } from '../messages/short-link.store.ts'
import { storiesOf } from '../messages/timeline.store.ts'
import { buildTimeline } from '../messages/timeline.ts'
import { mirrorPagesOf } from '../tracking/mirror.store.ts'
import { unpackPage } from '../tracking/page-file.ts'
import { readEvents, readSection, SECTION_NAMES } from './access.store.ts'
import type { Named } from './erasures.ts'
import { findSubject, withNumbers } from './find-subject.ts'
import { usesOf } from './person-data.store.ts'
import { limitKeysOf, type Subject, subjectWithout } from './subject.ts'

/** Where and when the document is made. */
export interface AccessAt {
  readonly db: Db
  readonly sandboxId: string
  readonly sandboxName: string
  readonly now: Date
}

const PAGE = 200
// A message may have its mirror page with it, which is as large as a mail.
const MESSAGES = 25
const WALKED = 20_000
const FIRST = '00000000-0000-0000-0000-000000000000'
const SKEW_MS = 1_000

interface Work extends AccessAt {
  readonly subject: Subject
}

/** A page of a list; a list of pages may have empty ones. */
type Pages = AsyncGenerator<readonly object[]>

async function* byId<Row extends { readonly id: string }>(
  read: (after: string) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let after = FIRST; ; ) {
    const rows = await read(after)
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.id
  }
}

// The evidence is read newest first.
async function* evidence({ db, sandboxId, subject }: Work): Pages {
  const [profileId] = subject.profileIds
  if (profileId === undefined) return
  for (let after: string | null = null; ; ) {
    const found = await listConsentEvents(db, { sandboxId, profileId, limit: PAGE, after })
    const rows = found.slice(0, PAGE)
    yield rows
    if (found.length <= PAGE) return
    after = rows.at(-1)?.id ?? null
  }
}

async function* events({ db, subject }: Work): Pages {
  const { profileIds } = subject
  if (profileIds.length > 0) yield* byId(after => readEvents(db, profileIds, { after, limit: PAGE }))
}

const messagesOf = async ({ db, now }: Work, ids: readonly string[]): Promise<object[]> => {
  const found = await messagesById(db, ids)
  const stories = await storiesOf(db, found)
  const links = await linksByMessage(db, ids)
  const pages = await mirrorPagesOf(db, ids)
  const told = found.map(async ({ summary, ...message }, index) => {
    const { kind, acceptedAt, requestId, expiresAt, recipient, context } = message
    const story = stories[index]
    const timeline = story === undefined ? [] : buildTimeline(story, now)
    const page = pages.get(summary.messageId)
    return {
      ...{ ...summary, kind, acceptedAt, requestId, expiresAt, recipient, context, timeline },
      shortLinks: links.get(summary.messageId) ?? [],
      mirrorPage: page === undefined ? null : await unpackPage(page),
    }
  })
  return Promise.all(told)
}

const linksByMessage = async (
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly object[]>> => {
  const byMessage = new Map<string, object[]>()
  for (const { messageId, ...link } of await shortLinksOfAll(db, ids))
    byMessage.set(messageId, [...(byMessage.get(messageId) ?? []), link])
  return byMessage
}

interface Addressed {
  readonly namespace?: unknown
  readonly userId?: unknown
  readonly recipient?: { readonly profileId?: unknown }
}

// Whether the index finds the message.
const isTold = ({ profileIds, identities, former, passedOn }: Subject) => {
  const isUnder = (those: readonly Identity[], { namespace, userId }: Addressed): boolean =>
    those.some(one => one.namespace === String(namespace).toLowerCase() && one.value === userId)
  return (one: Addressed): boolean =>
    isUnder(identities, one) ||
    (isUnder([...former, ...passedOn], one) && profileIds.includes(String(one.recipient?.profileId)))
}

// First by the index, then by a walk through the ledger: what went to the person under other names.
async function* messages(work: Work): Pages {
  const { db, sandboxId, subject, now } = work
  const { profileIds, identities, addresses } = subject
  const former = [...subject.former, ...subject.passedOn]
  const owner = {
    ...{ sandboxId, profileIds, identities, former, addresses },
    before: uuidv7Floor(now.getTime() + SKEW_MS),
  }
  for (const identity of [...identities, ...former]) {
    const pages = byId(async after =>
      (await idsByIdentity(db, owner, { identity, after, limit: MESSAGES })).map(id => ({ id })),
    )
    for await (const page of pages)
      yield await messagesOf(
        work,
        page.map(row => row.id),
      )
  }
  const told = isTold(subject)
  for (let after: string | null = FIRST; after !== null; ) {
    const { last, own }: { last: string | null; own: readonly string[] } = await walkLedger(db, owner, {
      after,
      limit: WALKED,
    })
    for (let at = 0; at < own.length || at === 0; at += MESSAGES)
      yield (await messagesOf(work, own.slice(at, at + MESSAGES))).filter(one => !told(one))
    after = last
  }
}

// A blank for each page, empty ones too: whoever waits in between sees that the document goes on.
async function* list(name: string, pages: Pages): AsyncGenerator<string> {
  yield `,\n"${name}": [`
  let isFirst = true
  for await (const page of pages) {
    const text = page.map(row => `\n${JSON.stringify(row)}`).join(',')
    yield `${text === '' || isFirst ? '' : ','}${text} `
    if (text !== '') isFirst = false
  }
  yield ']'
}

async function* one(rows: Promise<readonly object[]>): Pages {
  yield await rows
}

/** The document in pieces. */
export async function* accessDocument(at: AccessAt, asked: Named): AsyncGenerator<string> {
  const { db, sandboxId } = at
  const { identity, profile } = asked
  const named = profile === undefined ? subjectWithout(identity) : await findSubject(db, sandboxId, profile)
  const subject = await withNumbers(db, sandboxId, named)
  const work: Work = { ...at, subject }
  const head = {
    ...{ type: 'carillon-access', version: 1, generatedAt: at.now.toISOString(), sandbox: at.sandboxName },
    ...{ identities: subject.identities, formerIdentities: [...subject.former, ...subject.passedOn] },
    ...{ mergedIds: subject.profileIds.slice(1), addresses: subject.addresses, profile: profile ?? null },
  }
  yield JSON.stringify(head).slice(0, -1)
  yield* list('consentEvidence', evidence(work))
  for (const name of SECTION_NAMES) yield* list(name, one(readSection(db, sandboxId, { name, subject })))
  yield* list('limits', one(usesOf(db, sandboxId, limitKeysOf(subject))))
  yield* list('events', events(work))
  yield* list('messages', messages(work))
  yield '\n}\n'
}
