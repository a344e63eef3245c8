/** What the content room takes out of a URL. */
import { describe, expect, it } from 'vitest'
import { readFragmentFilters, readSearch, readTableView } from './filters.ts'

describe('the filters of fragments', () => {
  it('are read as they were written', () => {
    expect(readFragmentFilters({ search: 'foot', status: 'live' })).toEqual({
      search: 'foot',
      status: 'live',
    })
  })

  it('drop what is no filter', () => {
    expect(readFragmentFilters({ search: '', status: 'gone', other: 1 })).toEqual({})
    expect(readFragmentFilters({ search: true, status: 'constructor' })).toEqual({})
    expect(readSearch({ search: ['a'] })).toEqual({})
  })

  it('take a bare number for a text', () => {
    expect(readSearch({ search: 7 })).toEqual({ search: '7' })
  })
})

describe('the page of a table', () => {
  it('shows a part and a search, and drops what is neither', () => {
    expect(readTableView({ part: 'files', search: 'k1' })).toEqual({ part: 'files', search: 'k1' })
    expect(readTableView({ part: 'rows' })).toEqual({})
    expect(readTableView({ part: 'constructor', search: '' })).toEqual({})
  })
})
