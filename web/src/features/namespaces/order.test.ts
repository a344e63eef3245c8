/** The order of namespaces. */
import { expect, it } from 'vitest'
import { moved } from './order.ts'

it('moves one by a place, and never beyond an end', () => {
  const codes = ['email', 'phone', 'crm']
  expect(moved(codes, 'crm', -1)).toEqual(['email', 'crm', 'phone'])
  expect(moved(codes, 'email', 1)).toEqual(['phone', 'email', 'crm'])
  expect(moved(codes, 'email', -1)).toEqual(codes)
  expect(moved(codes, 'crm', 1)).toEqual(codes)
  expect(moved(codes, 'other', 1)).toEqual(codes)
})
