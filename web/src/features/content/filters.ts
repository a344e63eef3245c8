/** The filters of the content room as the URL holds them. */
import type { FragmentStatus } from '@carillon/contract'
import { isFragmentStatus } from './fragment-status.tsx'

/** What the list of fragments can be narrowed by. */
export interface FragmentFilters {
  search?: string
  status?: FragmentStatus
}

/** What the lists of tables and of rows can be narrowed by. */
export interface SearchFilter {
  search?: string
}

/** Reads a search out of a URL. */
export const readSearch = (raw: Record<string, unknown>): SearchFilter =>
  typeof raw['search'] === 'string' && raw['search'] !== '' ? { search: raw['search'] } : {}

/** Reads the filters out of a URL; what is not one is dropped. */
export const readFragmentFilters = (raw: Record<string, unknown>): FragmentFilters => ({
  ...readSearch(raw),
  ...(isFragmentStatus(raw['status']) ? { status: raw['status'] } : {}),
})
