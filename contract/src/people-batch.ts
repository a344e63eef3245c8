/** Many people in one call, and the namespaces of their identities. */
import { type Static, Type } from 'typebox'
import { ProfileUpsert } from './people.ts'
import { choice, closed, Id, listOf, nullable } from './shapes.ts'

/** The most people of one call. */
export const MAX_PROFILE_BATCH = 1_000

/** What becomes of a person who is there already: the new values win, the old ones win, or nothing changes. */
export const CONFLICT_RULES = ['overwrite', 'keep', 'skip'] as const
/** What becomes of a person who is there already. */
export type ConflictRule = (typeof CONFLICT_RULES)[number]

/** `POST /api/v1/profiles/batch`: each person as `POST /api/v1/profiles` takes it, in order. */
export const ProfileBatch = closed({
  profiles: Type.Array(ProfileUpsert, { minItems: 1, maxItems: MAX_PROFILE_BATCH }),
  onConflict: Type.Optional(choice(CONFLICT_RULES)),
})
/** The body that makes or merges many people. */
export type ProfileBatch = Static<typeof ProfileBatch>

/** What became of one person of a batch; `code` and `errors` say why one was refused. */
export const ProfileOutcome = closed({
  status: choice(['created', 'updated', 'skipped', 'refused']),
  id: nullable(Id),
  code: nullable(Type.String()),
  errors: Type.Array(closed({ pointer: Type.String(), message: Type.String() })),
})
/** What became of one person of a batch. */
export type ProfileOutcome = Static<typeof ProfileOutcome>

/** One outcome for each person, in the order of the call. */
export const ProfileBatchResult = closed({ items: Type.Array(ProfileOutcome) })

/**
 * A kind of identity. The lowest priority among a person's identities names the person. `written`: the sandbox says its
 * name and priority; one that is neither standard nor written is in the list because people have it.
 */
export const Namespace = closed({
  code: Type.String(),
  name: Type.String(),
  priority: Type.Integer(),
  standard: Type.Boolean(),
  written: Type.Boolean(),
  inUse: Type.Boolean(),
})
/** A kind of identity. */
export type Namespace = Static<typeof Namespace>

/** The most namespaces of a sandbox's own that have a name and a priority: all of them fit into one page. */
export const MAX_NAMESPACES = 150
/** `GET /api/v1/namespaces`: those that have a priority come first, then those that people just have, by code. */
export const NamespaceListQuery = closed({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 200 })),
  cursor: Type.Optional(Type.String()),
})
/** Namespaces by priority. */
export const NamespaceList = listOf(Namespace)
/** A page of namespaces. */
export type NamespaceList = Static<typeof NamespaceList>
/** `{ code }` in a path. */
export const NamespaceParams = closed({ code: Type.String() })

/** `PUT /api/v1/namespaces/{code}`: makes a custom one, or changes name and priority. */
export const NamespaceWrite = closed({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  priority: Type.Integer({ minimum: 1, maximum: 10_000 }),
})
/** The body that writes a namespace. */
export type NamespaceWrite = Static<typeof NamespaceWrite>

/** `POST /api/v1/namespaces/reorder`: every standard and every written one, each once, the most important first. */
export const NamespaceOrder = closed({ codes: Type.Array(Type.String(), { minItems: 1, maxItems: 1_000 }) })
/** The body that orders the namespaces. */
export type NamespaceOrder = Static<typeof NamespaceOrder>
