/** From the body of the API to one change: what the schema cannot say, with pointers. Pure. */
import type { ConsentChange } from '@carillon/contract'
import { Fault, type Problem } from '../lib/fault.ts'
import type { ConsentWrite } from './consent.ts'

const MEMBERS = {
  channel: ['channel'],
  identity: ['channel', 'identity'],
  topic: ['topicId'],
} as const satisfies Record<ConsentChange['level'], readonly (keyof ConsentChange)[]>
const OF_LEVELS = ['channel', 'identity', 'topicId'] as const

const memberProblems = (change: ConsentChange): Problem[] => {
  const wanted: readonly string[] = MEMBERS[change.level]
  return OF_LEVELS.flatMap(member => {
    const isGiven = change[member] !== undefined
    if (isGiven === wanted.includes(member)) return []
    const message = isGiven ? `does not belong to the level ${change.level}` : 'is missing'
    return [{ pointer: `/${member}`, message }]
  })
}

const valueProblems = ({ level, value, identity }: ConsentChange): Problem[] => [
  ...(level === 'topic' && value !== 'y' && value !== 'n'
    ? [{ pointer: '/value', message: 'must be y or n for a topic' }]
    : []),
  ...(identity !== undefined && identity.namespace.trim() === ''
    ? [{ pointer: '/identity/namespace', message: 'must not be blank' }]
    : []),
  ...(identity !== undefined && identity.value.trim() === ''
    ? [{ pointer: '/identity/value', message: 'must not be blank' }]
    : []),
]

/** The change that a body asks for. Refuses members that are missing, or belong to another level. */
export const consentWriteOf = (change: ConsentChange): ConsentWrite => {
  const problems = [...memberProblems(change), ...valueProblems(change)]
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  const { level, channel = 'any', identity = { namespace: '', value: '' }, topicId = '', value } = change
  if (level === 'topic')
    return {
      place: { level, topicId: topicId.toLowerCase() },
      value: value === 'y' ? 'y' : 'n',
      asksAgain: true,
    }
  if (level === 'channel') return { place: { level, channel }, value }
  const namespace = identity.namespace.trim().toLowerCase()
  return { place: { level, channel, namespace, value: identity.value.trim() }, value }
}
