/** The calls of profiles and audiences. */
import type {
  Audience,
  AudienceCreate,
  AudienceEstimate,
  AudienceMember,
  AudiencePatch,
  AudienceRule,
  AudienceUpload,
  Profile,
  ProfilePatch,
  PushDeviceDenial,
  PushDeviceRemoval,
  PushRegistration,
} from '@carillon/contract'
import type { Json, Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Profiles one at a time. */
export const profileCalls = ({ json }: Request) => ({
  list: (query: { search?: string; test?: boolean; cursor?: string; limit?: number }) =>
    json<Page<Profile>>('/profiles', { query }),
  get: (id: string) => json<Profile>(at`/profiles/${id}`),
  create: (body: { identities: Profile['identities']; attributes: Json }) =>
    json<Profile>('/profiles', { method: 'POST', body }),
  patch: (id: string, body: ProfilePatch) => json<Profile>(at`/profiles/${id}`, { method: 'PATCH', body }),
  remove: (id: string) => json<unknown>(at`/profiles/${id}`, { method: 'DELETE' }),
})

/** Push devices, one at a time: nothing is said of a person's others. */
export const deviceCalls = ({ json }: Request) => ({
  register: (body: PushRegistration) => json<unknown>('/push/devices', { method: 'POST', body }),
  remove: (body: PushDeviceRemoval) => json<unknown>('/push/devices/remove', { method: 'POST', body }),
  deny: (body: PushDeviceDenial) => json<unknown>('/push/devices/deny', { method: 'POST', body }),
})

/** Audiences with their rules and members. */
export const audienceCalls = ({ json }: Request) => ({
  list: (query: { search?: string; cursor?: string; limit?: number }) =>
    json<Page<Audience>>('/audiences', { query }),
  get: (id: string) => json<Audience>(at`/audiences/${id}`),
  create: (body: AudienceCreate) => json<Audience>('/audiences', { method: 'POST', body }),
  patch: (id: string, body: AudiencePatch) => json<Audience>(at`/audiences/${id}`, { method: 'PATCH', body }),
  remove: (id: string) => json<unknown>(at`/audiences/${id}`, { method: 'DELETE' }),
  estimate: (rule: AudienceRule, signal?: AbortSignal) =>
    json<AudienceEstimate>('/audiences/estimate', { method: 'POST', body: { rule }, signal }),
  sample: (rule: AudienceRule) =>
    json<{ items: readonly Profile[] }>('/audiences/sample', { method: 'POST', body: { rule } }),
  members: (id: string, query: { cursor?: string }) =>
    json<Page<AudienceMember>>(at`/audiences/${id}/members`, { query }),
  uploads: (id: string) => json<Page<AudienceUpload>>(at`/audiences/${id}/uploads`, { query: { limit: 5 } }),
  upload: (id: string, file: Blob, query: { namespace: string; createProfiles: boolean }) =>
    json<AudienceUpload>(at`/audiences/${id}/uploads`, {
      method: 'POST',
      query,
      file: new Blob([file], { type: 'text/csv' }),
    }),
})
