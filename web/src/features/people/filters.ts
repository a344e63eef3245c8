/** The filters of the people as the URL holds them. */

import { readText } from '../../ui/url-text.ts'

/** What the list can be narrowed by; `test`: test profiles alone. */
export interface PeopleFilters {
  search?: string
  test?: true
}

/** Reads the filters out of a URL; what is not one is dropped. */
export const readPeopleFilters = (raw: Record<string, unknown>): PeopleFilters => ({
  ...readText(raw, 'search'),
  ...(raw['test'] === true ? { test: true } : {}),
})
