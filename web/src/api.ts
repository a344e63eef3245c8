/** The studio's only door to the server: every call of the native API as a typed function. It knows no React and keeps no state of its own. */
import type {
  ApiClient,
  ApiClientCreate,
  ApiClientCreated,
  ApiClientPatch,
  Campaign,
  CampaignChannel,
  CampaignCreate,
  CampaignPatch,
  CampaignStatus,
  CampaignSummary,
  ChannelConfiguration,
  ChannelContent,
  ClockAdvance,
  ClockAdvanced,
  ContentUse,
  EncryptionKey,
  EncryptionKeyIssued,
  Finding,
  Fragment,
  FragmentCreate,
  FragmentPatch,
  FragmentStatus,
  FragmentSummary,
  FragmentVersion,
  HoldRequest,
  InboxMail,
  InboxSummary,
  PreviewPerson,
  ProfileSchema,
  RenderedPushContent,
  RenderedSmsContent,
  SandboxClock,
  Session,
  TemplateRenderRequest,
  TemplateRenderResult,
  TestSendRequest,
  TriggerSample,
  ValidationResult,
} from '@carillon/contract'
import { channelCalls, fileCalls, sendingCalls } from './api-channels.ts'
import { consentCalls } from './api-consent.ts'
import { erasureCalls } from './api-erasure.ts'
import { deadLetterCalls, executionCalls, holdCalls } from './api-executions.ts'
import { feedbackCalls } from './api-feedback.ts'
import { exportCalls, importCalls, namespaceCalls } from './api-imports.ts'
import { lookupCalls } from './api-lookups.ts'
import { at } from './api-path.ts'
import { audienceCalls, deviceCalls, profileCalls } from './api-people.ts'
import { personCalls } from './api-person.ts'
import { ruleCalls } from './api-rules.ts'
import { runCalls } from './api-runs.ts'
import { allowedCalls, suppressionCalls } from './api-suppression.ts'
import { trackingCalls } from './api-tracking.ts'

/** What a refused call says (RFC 9457). `network` is our own code for a call that got no answer. */
export interface Problem {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly instance: string
  readonly errors: readonly { readonly pointer: string; readonly message: string }[]
}

/** The failure of a call. `problem.code` is stable and may be compared. */
export class ApiProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.title)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

/** A page of a list; `next` goes into `cursor` for the following one, null at the end. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** A JSON object of the user's own. */
export type Json = Record<string, unknown>
/** The members of a query string; undefined ones are left out. */
export type Query = Record<string, string | number | boolean | undefined>

/** What a call needs to know of the page around it. */
export interface ApiHost {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly csrfToken: () => string | null
  readonly sandbox: () => string
  /** Called when the server no longer knows the session. */
  readonly signedOut: () => void
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly query?: Query
  readonly body?: unknown
  /** A body that is no JSON; its type is the blob's. */
  readonly file?: Blob
  /** Another sandbox than the page's: for work that goes on when the page is switched. */
  readonly sandbox?: string
  readonly signal?: AbortSignal | undefined
}

/** Makes `?a=1&b=2` of the members that are set; empty when there are none. */
export const queryString = (query: Query = {}): string => {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  if (set.length === 0) return ''
  return `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`
}

const BASE = '/api/v1'

const bare = (code: string, status: number, title: string): ApiProblem =>
  new ApiProblem({ code, status, title, detail: '', instance: '', errors: [] })

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value

/** Reads a refusal, whatever answered it: a proxy's HTML page becomes a problem too. */
const problemOf = async (response: Response): Promise<ApiProblem> => {
  const body: unknown = await response.json().catch(() => null)
  if (!isProblem(body)) return bare('http', response.status, `HTTP ${response.status}`)
  return new ApiProblem({ ...body, detail: body.detail ?? '', errors: body.errors ?? [] })
}

const headersOf = (host: ApiHost, call: Call): Record<string, string> => {
  const sandbox = call.sandbox ?? host.sandbox()
  const headers: Record<string, string> = { accept: 'application/json', 'x-sandbox-name': sandbox }
  const token = host.csrfToken()
  if (call.method !== undefined && call.method !== 'GET' && token !== null) headers['x-csrf-token'] = token
  if (call.body !== undefined) headers['content-type'] = 'application/json'
  if (call.file !== undefined) headers['content-type'] = call.file.type
  return headers
}

const createSend =
  (host: ApiHost) =>
  async (path: string, call: Call = {}): Promise<Response> => {
    const init: RequestInit = { method: call.method ?? 'GET', headers: headersOf(host, call) }
    if (call.body !== undefined) init.body = JSON.stringify(call.body)
    if (call.file !== undefined) init.body = call.file
    if (call.signal) init.signal = call.signal
    const response = await host.fetch(`${BASE}${path}${queryString(call.query)}`, init).catch(cause => {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw bare('network', 0, 'No connection')
    })
    if (response.ok) return response
    const problem = await problemOf(response)
    if (response.status === 401 && !path.startsWith('/session')) host.signedOut()
    throw problem
  }

const createRequest = (host: ApiHost) => {
  const send = createSend(host)
  const json = async <T>(path: string, call: Call = {}): Promise<T> => {
    const response = await send(path, call)
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  return { send, json }
}
/** The two ways to call the server: for a parsed answer, or for the response itself. */
export type Request = ReturnType<typeof createRequest>

const sessionCalls = ({ json }: Request) => ({
  /** Who is logged in; rejects with 401 when nobody is. */
  current: () => json<Session>('/session'),
  byLink: (token: string) => json<Session>('/session/link', { method: 'POST', body: { token } }),
  byPassword: (body: { name: string; password: string }) =>
    json<Session>('/session', { method: 'POST', body }),
  setPassword: (body: { name?: string; current?: string; password: string }) =>
    json<unknown>('/session/password', { method: 'PUT', body }),
  end: () => json<unknown>('/session', { method: 'DELETE' }),
})

const campaignCalls = ({ json }: Request) => ({
  list: (query: { search?: string; status?: CampaignStatus; cursor?: string; limit?: number }) =>
    json<Page<CampaignSummary>>('/campaigns', { query }),
  get: (id: string) => json<Campaign>(at`/campaigns/${id}`),
  create: (body: CampaignCreate) => json<Campaign>('/campaigns', { method: 'POST', body }),
  patch: (id: string, body: CampaignPatch) => json<Campaign>(at`/campaigns/${id}`, { method: 'PATCH', body }),
  remove: (id: string) => json<unknown>(at`/campaigns/${id}`, { method: 'DELETE' }),
  discardDraft: (id: string) => json<unknown>(at`/campaigns/${id}/draft`, { method: 'DELETE' }),
  validate: (id: string) => json<ValidationResult>(at`/campaigns/${id}/validate`, { method: 'POST' }),
  activate: (id: string) => json<Campaign>(at`/campaigns/${id}/activate`, { method: 'POST' }),
  stop: (id: string) => json<Campaign>(at`/campaigns/${id}/stop`, { method: 'POST' }),
  pause: (id: string, body: HoldRequest) =>
    json<unknown>(at`/campaigns/${id}/pause`, { method: 'POST', body }),
  duplicate: (id: string) => json<Campaign>(at`/campaigns/${id}/duplicate`, { method: 'POST' }),
  preview: (id: string, body: PreviewBody, signal?: AbortSignal) =>
    json<Preview>(at`/campaigns/${id}/preview`, { method: 'POST', body, signal }),
  curl: (id: string) => json<TriggerSample>(at`/campaigns/${id}/curl`),
  test: (id: string, body: TestSendRequest & { profile: Json; context: Json }) =>
    json<{ executionId: string }>(at`/campaigns/${id}/test`, { method: 'POST', body }),
})

/** Content and data to render; without content the draft's is used. */
interface PreviewBody {
  readonly profile: Json
  readonly context: Json
  readonly content?: ChannelContent
  /** As this person. */
  readonly profileId?: string
}
/** What would be sent; a null part has a finding that says why. */
export interface Preview {
  readonly channel: CampaignChannel
  readonly subject: string | null
  readonly html: string | null
  readonly text: string | null
  readonly sms: RenderedSmsContent | null
  readonly push: RenderedPushContent | null
  readonly findings: readonly Finding[]
  readonly person: PreviewPerson | null
}

const clockCalls = ({ json }: Request) => ({
  get: () => json<SandboxClock>('/clock'),
  mode: (body: { testClock: boolean }) => json<SandboxClock>('/clock/mode', { method: 'PUT', body }),
  advance: (body: ClockAdvance) => json<ClockAdvanced>('/clock/advance', { method: 'POST', body }),
})

const inboxCalls = ({ json, send }: Request) => ({
  list: (query: { search?: string; cursor?: string }) => json<Page<InboxSummary>>('/inbox', { query }),
  get: (id: string) => json<InboxMail>(at`/inbox/${id}`),
  raw: async (id: string) => (await send(at`/inbox/${id}/raw`)).blob(),
  clear: () => json<unknown>('/inbox', { method: 'DELETE' }),
})

const settingsCalls = ({ json }: Request) => ({
  configurations: () => json<Page<ChannelConfiguration>>('/channel-configurations'),
  clients: () => json<Page<ApiClient>>('/clients', { query: { limit: 200 } }),
  createClient: (body: ApiClientCreate) => json<ApiClientCreated>('/clients', { method: 'POST', body }),
  patchClient: (id: string, body: ApiClientPatch) =>
    json<unknown>(at`/clients/${id}`, { method: 'PATCH', body }),
  revokeClient: (id: string) => json<unknown>(at`/clients/${id}`, { method: 'DELETE' }),
})

const fragmentCalls = ({ json }: Request) => ({
  list: (query: { search?: string; status?: FragmentStatus; cursor?: string; limit?: number }) =>
    json<Page<FragmentSummary>>('/fragments', { query }),
  get: (id: string) => json<Fragment>(at`/fragments/${id}`),
  create: (body: FragmentCreate) => json<Fragment>('/fragments', { method: 'POST', body }),
  patch: (id: string, body: FragmentPatch) => json<Fragment>(at`/fragments/${id}`, { method: 'PATCH', body }),
  remove: (id: string) => json<unknown>(at`/fragments/${id}`, { method: 'DELETE' }),
  discardDraft: (id: string) => json<Fragment>(at`/fragments/${id}/draft`, { method: 'DELETE' }),
  validate: (id: string) => json<ValidationResult>(at`/fragments/${id}/validate`, { method: 'POST' }),
  publish: (id: string) => json<Fragment>(at`/fragments/${id}/publish`, { method: 'POST' }),
  archive: (id: string) => json<Fragment>(at`/fragments/${id}/archive`, { method: 'POST' }),
  unarchive: (id: string) => json<Fragment>(at`/fragments/${id}/unarchive`, { method: 'POST' }),
  references: (id: string, query: { cursor?: string; limit?: number } = {}) =>
    json<Page<ContentUse>>(at`/fragments/${id}/references`, { query }),
  versions: (id: string, query: { cursor?: string } = {}) =>
    json<Page<FragmentVersion>>(at`/fragments/${id}/versions`, { query }),
})

const keyCalls = ({ json }: Request) => ({
  list: () => json<Page<EncryptionKey>>('/encryption-keys', { query: { limit: 200 } }),
  create: (body: { name: string }) => json<EncryptionKeyIssued>('/encryption-keys', { method: 'POST', body }),
  rotate: (id: string) => json<EncryptionKeyIssued>(at`/encryption-keys/${id}/rotate`, { method: 'POST' }),
  revoke: (id: string) => json<EncryptionKey>(at`/encryption-keys/${id}/revoke`, { method: 'POST' }),
})

const schemaCalls = ({ json }: Request) => ({
  /** The schema of the sandbox's profiles. */
  profile: () => json<ProfileSchema>('/profile-schema'),
  putProfile: (body: { schema: Json | null; revision: number }) =>
    json<ProfileSchema>('/profile-schema', { method: 'PUT', body }),
})

const templateCalls = ({ json }: Request) => ({
  render: (body: TemplateRenderRequest, signal?: AbortSignal) =>
    json<TemplateRenderResult>('/templates/render', { method: 'POST', body, signal }),
})

/** All calls of the studio, bound to one page. Every one rejects with `ApiProblem`, aborted ones apart. */
export const createApi = (host: ApiHost) => {
  const request = createRequest(host)
  return {
    session: sessionCalls(request),
    campaigns: campaignCalls(request),
    runs: runCalls(request),
    profiles: profileCalls(request),
    devices: deviceCalls(request),
    person: personCalls(request),
    audiences: audienceCalls(request),
    imports: importCalls(request),
    exports: exportCalls(request),
    namespaces: namespaceCalls(request),
    executions: executionCalls(request),
    tracking: trackingCalls(request),
    holds: holdCalls(request),
    deadLetters: deadLetterCalls(request),
    clock: clockCalls(request),
    channels: channelCalls(request),
    sending: sendingCalls(request),
    files: fileCalls(request),
    inbox: inboxCalls(request),
    settings: settingsCalls(request),
    fragments: fragmentCalls(request),
    lookups: lookupCalls(request),
    rules: ruleCalls(request),
    keys: keyCalls(request),
    schemas: schemaCalls(request),
    templates: templateCalls(request),
    suppressions: suppressionCalls(request),
    allowed: allowedCalls(request),
    consent: consentCalls(request),
    erasures: erasureCalls(request),
    feedback: feedbackCalls(request),
  }
}
/** All calls of the studio. */
export type Api = ReturnType<typeof createApi>
