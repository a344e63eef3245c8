/** The filters of the content room as the URL holds them. */
import type { FragmentStatus } from '@carillon/contract'
import { readText } from '../../ui/url-text.ts'
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
export const readSearch = (raw: Record<string, unknown>): SearchFilter => readText(raw, 'search')

/** The parts of a table's page. */
export const TABLE_PARTS = ['rows', 'columns', 'files'] as const
/** A part of a table's page. */
type TablePart = (typeof TABLE_PARTS)[number]

/** What the page of a table shows; without a part its rows. */
interface TableView extends SearchFilter {
  part?: Exclude<TablePart, 'rows'>
}

/** Reads what the page of a table shows out of a URL. */
export const readTableView = (raw: Record<string, unknown>): TableView => ({
  ...readSearch(raw),
  ...(raw['part'] === 'columns' || raw['part'] === 'files' ? { part: raw['part'] } : {}),
})

/** Reads the filters out of a URL; what is not one is dropped. */
export const readFragmentFilters = (raw: Record<string, unknown>): FragmentFilters => ({
  ...readSearch(raw),
  ...(isFragmentStatus(raw['status']) ? { status: raw['status'] } : {}),
})
