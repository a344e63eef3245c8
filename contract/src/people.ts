/** Profiles of the native API: attributes in the shape of XDM's individual profile, and identities. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery, nullable } from './shapes.ts'

/** One address-of-record of a person; namespaces compare case-insensitively and are kept in lower case. */
export const Identity = closed({
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 512 }),
})
/** One address-of-record of a person. */
export type Identity = Static<typeof Identity>

/** `POST /api/v1/profiles`: makes a profile, or merges the attributes into the one that has the first identity. */
export const ProfileUpsert = closed({
  identities: Type.Array(Identity, { minItems: 1, maxItems: 20 }),
  attributes: JsonObject,
})
/** The body that makes or merges a profile. */
export type ProfileUpsert = Static<typeof ProfileUpsert>

/** `PATCH /api/v1/profiles/{id}`: merges attributes (null removes a member), replaces identities when given. */
export const ProfilePatch = closed({
  attributes: Type.Optional(JsonObject),
  identities: Type.Optional(Type.Array(Identity, { minItems: 1, maxItems: 20 })),
})
/** The body that changes a profile. */
export type ProfilePatch = Static<typeof ProfilePatch>

/** The platforms of a push device (`pushNotificationDetails[].platform`). */
export const PUSH_PLATFORMS = ['fcm', 'apns', 'apnsSandbox', 'web'] as const
/** The most push devices of a person. */
export const MAX_PUSH_DEVICES = 50

/**
 * A push device of a person, as `attributes.pushNotificationDetails` lists them. A denylisted one gets nothing. `vapidKey`:
 * of a browser, the public key that its subscription is bound to; a transport with another one leaves it out.
 */
export const PushDevice = Type.Object({
  appID: Type.String({ minLength: 1, maxLength: 200 }),
  token: Type.String({ minLength: 1, maxLength: 4_096 }),
  platform: choice(PUSH_PLATFORMS),
  denylisted: Type.Optional(Type.Boolean()),
  vapidKey: Type.Optional(Type.String({ maxLength: 100 })),
})
/** A push device of a person. */
export type PushDevice = Static<typeof PushDevice>

/** A person. */
export const Profile = closed({
  id: Id,
  identities: Type.Array(Identity),
  attributes: JsonObject,
  createdAt: Instant,
  modifiedAt: Instant,
})
/** A person. */
export type Profile = Static<typeof Profile>

/**
 * Filters of the list: `search` is the beginning of an identity's value, `value` all of it; `test`: only test profiles,
 * or none of them.
 */
export const ProfileListQuery = listQuery({
  namespace: Type.Optional(Type.String()),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  value: Type.Optional(Type.String({ maxLength: 512 })),
  test: Type.Optional(Type.Boolean()),
})
/** People, newest first. */
export const ProfileList = listOf(Profile)

/** The most that are counted. */
export const MAX_PEOPLE_COUNT = 100_000
/** `GET /api/v1/profiles/count`: the list's search, namespace and test. */
export const PeopleCountQuery = closed({
  namespace: Type.Optional(Type.String()),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  test: Type.Optional(Type.Boolean()),
})
/** How many people the filters choose; `more`: there are more than were counted. */
export const PeopleCount = closed({ count: Type.Integer(), more: Type.Boolean() })
/** How many people the filters choose. */
export type PeopleCount = Static<typeof PeopleCount>

/** The largest schema of a profile or a context, in bytes of its JSON. */
export const MAX_SCHEMA_BYTES = 200 * 1024

/** `GET /api/v1/profile-schema`: the JSON Schema of a sandbox's profiles; null: none is set. */
export const ProfileSchema = closed({ schema: nullable(JsonObject), revision: Type.Integer() })
/** The schema of a sandbox's profiles. */
export type ProfileSchema = Static<typeof ProfileSchema>

/** `PUT /api/v1/profile-schema`: the schema, and the revision it was read at (optional). */
export const ProfileSchemaWrite = closed({
  schema: nullable(JsonObject),
  revision: Type.Optional(Type.Integer()),
})
/** The body that replaces the schema. */
export type ProfileSchemaWrite = Static<typeof ProfileSchemaWrite>
