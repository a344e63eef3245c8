/** The calls of consent and topics. */
import type {
  ConsentChange,
  ConsentChanged,
  PreferenceLink,
  Profile,
  ProfileConsent,
  Topic,
  TopicCreate,
  TopicPatch,
} from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Calls of consent and topics. */
export const consentCalls = ({ json }: Request) => ({
  topics: (query: { cursor?: string; archived?: boolean }) => json<Page<Topic>>('/topics', { query }),
  createTopic: (body: TopicCreate) => json<Topic>('/topics', { method: 'POST', body }),
  patchTopic: (id: string, body: TopicPatch) => json<Topic>(at`/topics/${id}`, { method: 'PATCH', body }),
  archiveTopic: (id: string) => json<Topic>(at`/topics/${id}/archive`, { method: 'POST' }),
  unarchiveTopic: (id: string) => json<Topic>(at`/topics/${id}/unarchive`, { method: 'POST' }),
  ofProfile: (id: string, query: { cursor?: string }) =>
    json<ProfileConsent>(at`/profiles/${id}/consent`, { query }),
  change: (id: string, body: ConsentChange) =>
    json<ConsentChanged>(at`/profiles/${id}/consent`, { method: 'PUT', body }),
  preferenceLink: (id: string) =>
    json<PreferenceLink>(at`/profiles/${id}/preference-link`, { method: 'POST' }),
  /** Whose preference page is tried. */
  newestProfile: () => json<Page<Profile>>('/profiles', { query: { limit: 1 } }),
})
