/** The calls of imports, of the export of people, and of namespaces. */
import type {
  Import,
  ImportMapping,
  ImportOutcome,
  ImportPerson,
  ImportPreview,
  ImportSample,
  Namespace,
  NamespaceWrite,
  PeopleCount,
  RefusedLine,
} from '@carillon/contract'
import { type Page, queryString, type Request } from './api.ts'
import { at } from './api-path.ts'

/** A file that is to be sent, by what the server needs to know before its first byte. */
interface ImportBegin {
  readonly name: string
  readonly size: number
  readonly type: string
}

// The upload of one sandbox goes on while the page shows another.
const uploadCalls = ({ json }: Request) => ({
  /** Makes an import of a file of which no byte is sent yet. */
  begin: ({ name, size, type }: ImportBegin, sandbox: string) =>
    json<Import>('/imports', {
      method: 'POST',
      query: { name, size },
      file: new Blob([], { type }),
      sandbox,
    }),
  append: (
    id: string,
    piece: { offset: number; bytes: Blob },
    call: { sandbox: string; signal: AbortSignal },
  ) =>
    json<Import>(at`/imports/${id}/content`, {
      ...{ method: 'PUT', query: { offset: piece.offset }, file: piece.bytes },
      ...call,
    }),
  read: (id: string, call: { sandbox: string; signal: AbortSignal }) =>
    json<Import>(at`/imports/${id}`, call),
})

/** Imports of people. */
export const importCalls = (request: Request) => {
  const { json, send } = request
  return {
    ...uploadCalls(request),
    list: (query: { cursor?: string }) => json<Page<Import>>('/imports', { query }),
    get: (id: string) => json<Import>(at`/imports/${id}`),
    sample: (id: string) => json<ImportSample>(at`/imports/${id}/sample`),
    preview: (id: string, body: ImportMapping, signal?: AbortSignal) =>
      json<ImportPreview>(at`/imports/${id}/preview`, { method: 'POST', body, signal }),
    start: (id: string, body: ImportMapping) =>
      json<Import>(at`/imports/${id}/start`, { method: 'POST', body }),
    cancel: (id: string) => json<Import>(at`/imports/${id}/cancel`, { method: 'POST' }),
    remove: (id: string) => json<unknown>(at`/imports/${id}`, { method: 'DELETE' }),
    people: (id: string, query: { outcome: ImportOutcome; cursor?: string }) =>
      json<Page<ImportPerson>>(at`/imports/${id}/people`, { query }),
    refusedLines: (id: string, query: { cursor?: string }) =>
      json<Page<RefusedLine>>(at`/imports/${id}/refused-lines`, { query }),
    refusals: async (id: string) => (await send(at`/imports/${id}/refusals`)).blob(),
  }
}

/** What people are chosen by for an export. */
export interface ExportFilter {
  readonly search?: string
  readonly test?: boolean
}

/** The export of people: how many they are, and the address that a browser saves as a file. */
export const exportCalls = ({ json }: Request) => ({
  count: (query: ExportFilter) => json<PeopleCount>('/profiles/count', { query: { ...query } }),
  link: (query: ExportFilter & { format: 'csv' | 'jsonl'; sandbox: string }) =>
    `/api/v1/profiles/export${queryString({ ...query })}`,
})

const MOST_PAGES = 10

/** The namespaces of the sandbox, all pages of them; `next` is null unless there are thousands. */
const allNamespaces = async ({ json }: Pick<Request, 'json'>): Promise<Page<Namespace>> => {
  const items: Namespace[] = []
  let next: string | null = null
  for (let n = 0; n === 0 || (next !== null && n < MOST_PAGES); n++) {
    const query: { cursor?: string } = next === null ? {} : { cursor: next }
    const page: Page<Namespace> = await json<Page<Namespace>>('/namespaces', { query })
    items.push(...page.items)
    next = page.next
  }
  return { items, next }
}

/** Namespaces. */
export const namespaceCalls = ({ json }: Request) => ({
  list: () => allNamespaces({ json }),
  write: (code: string, body: NamespaceWrite) =>
    json<Namespace>(at`/namespaces/${code}`, { method: 'PUT', body }),
  reorder: (codes: readonly string[]) =>
    json<Page<Namespace>>('/namespaces/reorder', { method: 'POST', body: { codes } }),
  remove: (code: string) => json<unknown>(at`/namespaces/${code}`, { method: 'DELETE' }),
})
