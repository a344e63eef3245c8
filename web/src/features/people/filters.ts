/** The filters of the people as the URL holds them. */

/** What the list can be narrowed by; `test`: test profiles alone. */
export interface PeopleFilters {
  search?: string
  test?: true
}

/** Reads the filters out of a URL; what is not one is dropped. A bare number in a URL is a text too. */
export const readPeopleFilters = (raw: Record<string, unknown>): PeopleFilters => {
  const search = typeof raw['search'] === 'number' ? String(raw['search']) : raw['search']
  return {
    ...(typeof search === 'string' && search !== '' ? { search } : {}),
    ...(raw['test'] === true ? { test: true } : {}),
  }
}
