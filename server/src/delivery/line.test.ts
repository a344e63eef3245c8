import { describe, expect, it } from 'vitest'
import { preparedIn } from '../../test/prepared.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel } from '../channels/memory.ts'
import type { Lane } from '../messages/ledger.ts'
import { AHEAD, Line } from './line.ts'

const SLOTS = 10
const lineOf = (): Line => new Line(createMemoryChannel<RenderedEmail>({ slots: SLOTS }))
const offer = (line: Line, lane: Lane, n: number): void => {
  for (let i = 0; i < n; i++) line.offer(preparedIn(lane))
}
const permitAll = (line: Line, lane: Lane): number => {
  let n = 0
  for (; line.wantsPermit(lane); n++) {
    const item = line.takeRendered(lane)
    if (item !== undefined) line.permitted({ item, attempt: 1, markedAt: 0 })
  }
  return n
}
const startAll = (line: Line): Lane[] => {
  const lanes: Lane[] = []
  for (let next = line.next(0, () => undefined); next !== undefined; next = line.next(0, () => undefined))
    lanes.push(next.item.message.lane)
  return lanes
}

describe('the queue in front of a transport', () => {
  it('asks for permits ahead of its slots, and for the next group when they run low', () => {
    const line = lineOf()
    offer(line, 'transactional', 2 * AHEAD)
    expect(line.needsPermits('transactional')).toBe(true)
    expect(permitAll(line, 'transactional')).toBe(SLOTS + AHEAD)
    expect(line.needsPermits('transactional')).toBe(false)
    expect(startAll(line)).toHaveLength(SLOTS)
    expect(line.needsPermits('transactional')).toBe(false)
  })

  it('leaves slots to a more urgent lane, and takes it first', () => {
    const line = lineOf()
    offer(line, 'marketing', 100)
    permitAll(line, 'marketing')
    expect(startAll(line)).toHaveLength(SLOTS * 0.8)
    offer(line, 'transactional', 5)
    permitAll(line, 'transactional')
    expect(startAll(line)).toEqual(['transactional', 'transactional'])
  })

  it('lets a message follow one of its lane in its slot, and none while another lane waits', () => {
    const line = lineOf()
    offer(line, 'marketing', 100)
    permitAll(line, 'marketing')
    expect(startAll(line)).toHaveLength(SLOTS * 0.8)
    expect(line.following('marketing', 0)?.item.message.lane).toBe('marketing')
    expect(line.following('transactional', 0)).toBeUndefined()
    // It took no slot: the reserve is there.
    offer(line, 'transactional', 5)
    permitAll(line, 'transactional')
    expect(line.following('marketing', 0)).toBeUndefined()
    expect(startAll(line)).toEqual(['transactional', 'transactional'])
  })

  it('asks for few permits ahead at a slow provider, so that none runs out while it waits', () => {
    const line = lineOf()
    offer(line, 'transactional', 200)
    for (let n = 0; n < 2 * AHEAD; n++) {
      permitAll(line, 'transactional')
      startAll(line)
      line.freed('transactional')
      line.sent(10_000)
    }
    startAll(line)
    for (let next = 0; next < SLOTS; next++) {
      line.freed('transactional')
      line.sent(10_000)
    }
    expect(startAll(line).length).toBeLessThanOrEqual(2)
  })
})
