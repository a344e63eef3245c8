/** A mapping in the making: what a change brings along, and whose problem a refusal is. */
import type { ColumnMapping } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { ApiProblem } from '../../api.ts'
import {
  changed,
  flat,
  hasIdentity,
  refusedColumns,
  refusedRows,
  targetFor,
  withoutTarget,
} from './mapping.ts'
import { attributePaths } from './schema-paths.ts'

const column = (kind: ColumnMapping['kind'], to: string): ColumnMapping => ({
  ...{ column: 'Age, years', kind, to, type: 'text' },
})
const schema = {
  type: 'object',
  properties: {
    person: {
      type: 'object',
      properties: { age: { type: ['integer', 'null'] }, birthDate: { type: 'string' } },
    },
    vip: { type: 'boolean' },
    since: { type: 'string', format: 'date-time' },
    tags: { type: 'array' },
    'with.point': { type: 'string' },
  },
}

describe('a mapping', () => {
  const types = attributePaths(schema)

  it('offers the paths of the schema with their types, and those that every sandbox knows', () => {
    expect(['person.age', 'vip', 'since', 'tags', 'with.point'].map(path => types.get(path))).toEqual([
      ...['number', 'boolean', 'date', 'json', undefined],
    ])
    expect([types.get('person.name.firstName'), types.get('person.birthDate')]).toEqual(['text', 'text'])
    expect(attributePaths(null).get('person.birthDate')).toBe('date')
  })

  it('takes the type of a path that is known, and keeps the one that was chosen for others', () => {
    const columns = [column('attribute', 'x')]
    const to = (patch: Partial<ColumnMapping>) => changed(columns, 0, { patch, types })[0]
    expect(to({ to: 'person.age' })).toMatchObject({ to: 'person.age', type: 'number' })
    expect(to({ type: 'json' })).toMatchObject({ to: 'x', type: 'json' })
    expect(to({ kind: 'ignore' })).toMatchObject({ kind: 'ignore', to: '', type: 'text' })
    expect(targetFor('identity', column('identity', 'email'))).toBe('email')
    expect(targetFor('attribute', column('identity', 'email'))).toBe('')
  })

  it('knows whether it has an identity, and which columns lead nowhere', () => {
    const columns = [column('attribute', ' '), column('ignore', ''), column('attribute', 'a')]
    expect([hasIdentity(columns), withoutTarget(columns)]).toEqual([false, [0]])
    expect(hasIdentity([column('identities', '')])).toBe(true)
  })

  it('shows a refusal at the column that it is about', () => {
    const error = new ApiProblem({
      ...{ status: 400, code: 'payload_invalid', title: '', detail: '', instance: '' },
      errors: [
        { pointer: '/columns/3/to', message: 'must be names' },
        { pointer: '/columns', message: 'must have an identity' },
      ],
    })
    expect([...refusedColumns(error)]).toEqual([[3, { message: 'must be names', rows: null }]])
    expect(refusedColumns(new Error('x')).size).toBe(0)
    const row = (reason: string, at: number | null) => ({ line: 2, person: null, reason, column: at })
    const rows = [
      row('Age, years: is not a number', 0),
      row('Age, years: is not a number', 0),
      row('has no identity', null),
    ]
    expect([...refusedRows(rows, [column('attribute', 'a')])]).toEqual([
      [0, { message: 'is not a number', rows: 2 }],
    ])
  })
})

it('attributes are shown as paths with their values', () => {
  expect(flat({ person: { name: { firstName: 'Ada' }, age: 36 }, tags: ['a'], vip: true })).toEqual([
    ['person.name.firstName', 'Ada'],
    ['person.age', '36'],
    ['tags', '["a"]'],
    ['vip', 'true'],
  ])
})
