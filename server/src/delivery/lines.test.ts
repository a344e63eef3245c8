import { describe, expect, it } from 'vitest'
import { preparedIn } from '../../test/prepared.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel } from '../channels/memory.ts'
import type { Lane } from '../messages/ledger.ts'
import { perLane } from './lanes.ts'
import { type Group, Lines } from './lines.ts'

const linesOf = (): Lines => new Lines(() => createMemoryChannel<RenderedEmail>({ slots: 10 }))
const offer = (lines: Lines, lane: Lane, transportId = 't'): void =>
  lines.of(transportId).offer(preparedIn(lane, transportId))
const take = (lines: Lines): Group => lines.takeGroup({ inWindow: perLane(), window: 128, nowMs: 0 })
const lanesOf = ({ group }: Group): Lane[] => group.map(item => item.message.lane)

describe('asking for permits', () => {
  it('lets an urgent message ask while the permits of others are under way, in one group of its own at a time', () => {
    const lines = linesOf()
    offer(lines, 'marketing')
    const others = take(lines)
    offer(lines, 'marketing')
    offer(lines, 'transactional')
    const urgent = take(lines)
    expect([lanesOf(others), lanesOf(urgent)]).toEqual([['marketing'], ['transactional']])
    offer(lines, 'transactional')
    expect(lanesOf(take(lines))).toEqual([])
    lines.answered(urgent.group)
    expect(lanesOf(take(lines))).toEqual(['transactional'])
  })

  it('lets the others ask while an urgent group is under way, and takes them together when nothing is', () => {
    const lines = linesOf()
    offer(lines, 'transactional')
    const urgent = take(lines)
    offer(lines, 'marketing')
    offer(lines, 'high_throughput')
    const others = take(lines)
    expect(lanesOf(others).sort()).toEqual(['high_throughput', 'marketing'])
    lines.answered(urgent.group)
    lines.answered(others.group)
    expect(lines.isAsking()).toBe(false)
    offer(lines, 'marketing')
    offer(lines, 'transactional')
    expect(lanesOf(take(lines)).sort()).toEqual(['marketing', 'transactional'])
  })

  it('takes turns among transports', () => {
    const lines = linesOf()
    for (const transportId of ['a', 'a', 'b', 'b']) offer(lines, 'marketing', transportId)
    expect(take(lines).group.map(item => item.transportId)).toEqual(['a', 'b', 'a', 'b'])
  })
})
