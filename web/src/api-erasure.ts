/** The calls of access to and erasure of one person. */
import type { Erasure, ErasureFound, ErasureVerified, Identity } from '@carillon/contract'
import type { Json, Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Access and erasure. */
export const erasureCalls = ({ json, send }: Request) => ({
  /** Everything that is kept of a person, as a file. */
  access: async (profileId: string) => (await send(at`/profiles/${profileId}/access`)).blob(),
  accessOf: async (identity: Identity) => (await send('/access', { query: { ...identity } })).blob(),
  eraseProfile: (profileId: string) =>
    json<Erasure>(at`/profiles/${profileId}/erase`, { method: 'POST', body: { confirm: 'erase' } }),
  erase: (identity: Identity) =>
    json<Erasure>('/erasures', { method: 'POST', body: { identity, confirm: 'erase' } }),
  list: (query: { cursor?: string }) => json<Page<Erasure>>('/erasures', { query }),
  get: (id: string) => json<Erasure>(at`/erasures/${id}`),
  lookup: (identity: Identity) =>
    json<ErasureFound>('/erasures/lookup', { method: 'POST', body: { identity } }),
  verify: (certificate: Json) =>
    json<ErasureVerified>('/erasures/verify', { method: 'POST', body: { certificate } }),
})
