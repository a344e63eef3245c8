import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { routeOf } from './route.ts'

const later = new Date('2026-03-01T12:00:10Z')
const sooner = new Date('2026-03-01T12:00:05Z')
const transportIds = ['a', 'b', 'c']
const open =
  (dates: Readonly<Record<string, Date>> = {}) =>
  (id: string): Date | undefined =>
    dates[id]

describe('the next try of a message', () => {
  it('goes to the first transport, then to the next one, around', () => {
    const tried = [0, 1, 2, 3, 4].map(attempt => routeOf({ transportIds, attempt, openUntil: open() }))
    expect(tried.map(route => route.kind === 'use' && route.transportId)).toEqual(['a', 'b', 'c', 'a', 'b'])
  })

  it('passes over transports that are to be left alone', () => {
    const route = routeOf({ transportIds, attempt: 1, openUntil: open({ b: later, c: sooner }) })
    expect(route).toEqual({ kind: 'use', transportId: 'a' })
  })

  it('waits for the first of them when all are', () => {
    const openUntil = open({ a: later, b: later, c: sooner })
    expect(routeOf({ transportIds, attempt: 0, openUntil })).toEqual({ kind: 'wait', until: sooner })
  })

  it('asks for no transport behind the one that it takes, for asking may begin its trial', () => {
    const asked: string[] = []
    const openUntil = (id: string): Date | undefined => {
      asked.push(id)
      return id === 'b' ? later : undefined
    }
    routeOf({ transportIds, attempt: 1, openUntil })
    expect(asked).toEqual(['b', 'c'])
  })

  it('never takes a transport that is to be left alone, and always one of those that are not', () => {
    const states = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(states, fc.nat(1_000), (isOpen, attempt) => {
        const ids = isOpen.map((_, n) => String(n))
        const openUntil = (id: string): Date | undefined => (isOpen[Number(id)] ? later : undefined)
        const route = routeOf({ transportIds: ids, attempt, openUntil })
        expect(route.kind).toBe(isOpen.every(Boolean) ? 'wait' : 'use')
        if (route.kind === 'use') expect(isOpen[Number(route.transportId)]).toBe(false)
      }),
    )
  })
})
