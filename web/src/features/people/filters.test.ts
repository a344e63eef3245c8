import { expect, it } from 'vitest'
import { readPeopleFilters } from './filters.ts'

it('reads what narrows the people, and drops what is not a filter', () => {
  expect(readPeopleFilters({ search: 'ada', test: true })).toEqual({ search: 'ada', test: true })
  expect(readPeopleFilters({ search: 31612345678 })).toEqual({ search: '31612345678' })
  expect(readPeopleFilters({ search: ['a'], test: 'yes', other: 1 })).toEqual({})
  expect(readPeopleFilters({ search: '', test: false })).toEqual({})
})
