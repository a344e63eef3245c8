/** The calls of the suppression and allowed lists. */
import type {
  AllowedListState,
  Suppression,
  SuppressionCategory,
  SuppressionReason,
  SuppressionSettings,
  SuppressionType,
  SuppressionUpload,
  SuppressionWrite,
} from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** What the suppression list can be narrowed by; the allowed list knows type and search alone. */
export interface SuppressionFilter {
  readonly category?: SuppressionCategory
  readonly type?: SuppressionType
  readonly reason?: SuppressionReason
  readonly search?: string
}

/** The suppression list. */
export const suppressionCalls = ({ json, send }: Request) => ({
  list: (query: SuppressionFilter & { cursor?: string }) =>
    json<Page<Suppression>>('/suppressions', { query: { ...query } }),
  add: (body: SuppressionWrite) => json<Suppression>('/suppressions', { method: 'POST', body }),
  remove: (id: string) => json<unknown>(at`/suppressions/${id}`, { method: 'DELETE' }),
  export: async () => (await send('/suppressions/export')).blob(),
  settings: () => json<SuppressionSettings>('/suppressions/settings'),
  putSettings: (body: SuppressionSettings) =>
    json<SuppressionSettings>('/suppressions/settings', { method: 'PUT', body }),
  uploads: (query: { limit?: number }) => json<Page<SuppressionUpload>>('/suppressions/uploads', { query }),
  upload: (file: Blob, filename: string) =>
    json<SuppressionUpload>('/suppressions/uploads', {
      method: 'POST',
      query: { filename: filename.slice(0, 200) },
      file: new Blob([file], { type: 'text/csv' }),
    }),
  removeUpload: (id: string) => json<unknown>(at`/suppressions/uploads/${id}`, { method: 'DELETE' }),
  report: async (id: string) => (await send(at`/suppressions/uploads/${id}/report`)).blob(),
})

/** The allowed list. */
export const allowedCalls = ({ json }: Request) => ({
  state: () => json<AllowedListState>('/allowed-list'),
  turn: (on: boolean) => json<AllowedListState>('/allowed-list', { method: 'PUT', body: { on } }),
  list: ({ type, search, cursor }: SuppressionFilter & { cursor?: string }) =>
    json<Page<Suppression>>('/allowed-list/entries', { query: { type, search, cursor } }),
  add: (body: SuppressionWrite) => json<Suppression>('/allowed-list/entries', { method: 'POST', body }),
  remove: (id: string) => json<unknown>(at`/allowed-list/entries/${id}`, { method: 'DELETE' }),
})
