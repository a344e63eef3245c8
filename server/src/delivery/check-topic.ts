/** Check: is the person subscribed to the topic of the campaign? */
import { subscribed } from '../consent/topic.store.ts'
import { type Asked, type Check, isMarketing } from './check.ts'

const topicOf = (one: Asked): string | null => (isMarketing(one) ? one.version.properties.topicId : null)
const keyOf = (topicId: string, profileId: string): string => `${topicId} ${profileId}`

/** Only `y` gets it: neither who never subscribed, nor who has not confirmed, nor who has no profile. */
export const topicCheck: Check = {
  name: 'topic',
  load: async (db, asked) => {
    const pairs = asked.flatMap(one => {
      const [topicId, profileId] = [topicOf(one), one.recipient.profileId]
      return topicId === null || profileId === undefined ? [] : [{ topicId, profileId }]
    })
    const found = pairs.length === 0 ? [] : await subscribed(db, pairs)
    const keys = new Set(found.map(one => keyOf(one.topicId, one.profileId)))
    return one => {
      const topicId = topicOf(one)
      return topicId === null || keys.has(keyOf(topicId, one.recipient.profileId ?? ''))
        ? undefined
        : { kind: 'excluded', reason: 'topic_not_subscribed' }
    }
  },
}
