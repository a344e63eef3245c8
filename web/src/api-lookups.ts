/** The calls of lookup tables: tables, rows, files. */
import type {
  LookupImport,
  LookupImportMapping,
  LookupImportPreview,
  LookupRow,
  LookupTable,
  LookupTableCreate,
  LookupTablePatch,
} from '@carillon/contract'
import type { Json, Page, Request } from './api.ts'
import { at } from './api-path.ts'

const tableCalls = ({ json }: Request) => ({
  list: (query: { search?: string; cursor?: string; limit?: number }) =>
    json<Page<LookupTable>>('/lookup-tables', { query }),
  get: (id: string) => json<LookupTable>(at`/lookup-tables/${id}`),
  create: (body: LookupTableCreate) => json<LookupTable>('/lookup-tables', { method: 'POST', body }),
  patch: (id: string, body: LookupTablePatch) =>
    json<LookupTable>(at`/lookup-tables/${id}`, { method: 'PATCH', body }),
  remove: (id: string) => json<unknown>(at`/lookup-tables/${id}`, { method: 'DELETE' }),
})

const rowCalls = ({ json }: Request) => ({
  rows: (id: string, query: { search?: string; cursor?: string }) =>
    json<Page<LookupRow>>(at`/lookup-tables/${id}/rows`, { query }),
  writeRow: (id: string, row: { key: string; row: Json }) =>
    json<unknown>(at`/lookup-tables/${id}/rows`, { method: 'PUT', body: { rows: [row] } }),
  removeRow: (id: string, key: string) =>
    json<unknown>(at`/lookup-tables/${id}/rows/${key}`, { method: 'DELETE' }),
})

const TYPES = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const

const fileCalls = ({ json, send }: Request) => ({
  exportRows: async (id: string, format: keyof typeof TYPES) =>
    (await send(at`/lookup-tables/${id}/export`, { query: { format } })).blob(),
  imports: (id: string) =>
    json<Page<LookupImport>>(at`/lookup-tables/${id}/imports`, { query: { limit: 10 } }),
  upload: (id: string, file: File, format: keyof typeof TYPES) =>
    json<LookupImport>(at`/lookup-tables/${id}/imports`, {
      method: 'POST',
      query: { name: file.name.slice(0, 200) },
      file: new Blob([file], { type: TYPES[format] }),
    }),
  previewImport: (id: string, importId: string, body: LookupImportMapping) =>
    json<LookupImportPreview>(at`/lookup-tables/${id}/imports/${importId}/preview`, { method: 'POST', body }),
  startImport: (id: string, importId: string, body: LookupImportMapping) =>
    json<LookupImport>(at`/lookup-tables/${id}/imports/${importId}/start`, { method: 'POST', body }),
  cancelImport: (id: string, importId: string) =>
    json<LookupImport>(at`/lookup-tables/${id}/imports/${importId}/cancel`, { method: 'POST' }),
  removeImport: (id: string, importId: string) =>
    json<unknown>(at`/lookup-tables/${id}/imports/${importId}`, { method: 'DELETE' }),
  refusedLines: async (id: string, importId: string) =>
    (await send(at`/lookup-tables/${id}/imports/${importId}/refusals`)).blob(),
})

/** Lookup tables. */
export const lookupCalls = (request: Request) => ({
  ...tableCalls(request),
  ...rowCalls(request),
  ...fileCalls(request),
})
