/** What the content room takes out of a URL. */
import { describe, expect, it } from 'vitest'
import { readFragmentFilters, readSearch } from './filters.ts'

describe('the filters of fragments', () => {
  it('are read as they were written', () => {
    expect(readFragmentFilters({ search: 'foot', status: 'live' })).toEqual({
      search: 'foot',
      status: 'live',
    })
  })

  it('drop what is no filter', () => {
    expect(readFragmentFilters({ search: '', status: 'gone', other: 1 })).toEqual({})
    expect(readFragmentFilters({ search: 7, status: 'constructor' })).toEqual({})
    expect(readSearch({ search: ['a'] })).toEqual({})
  })
})
