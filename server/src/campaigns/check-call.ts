/** What is checked of a call beside its schema, before its campaign is asked for. Pure. */
import { MAX_CONTEXT_BYTES, type Recipient } from '@carillon/contract'
import { DEEPEST, isTooDeep } from '../lib/depth.ts'
import { Fault, type Problem } from '../lib/fault.ts'

/** The people of a call. */
export interface CalledPeople {
  readonly recipients: readonly Recipient[]
}

const contextProblems = (contexts: readonly string[]): Problem[] =>
  contexts.flatMap((context, index) => {
    // A UTF-16 unit is at most three bytes of UTF-8.
    if (context.length * 3 <= MAX_CONTEXT_BYTES) return []
    const bytes = Buffer.byteLength(context)
    if (bytes <= MAX_CONTEXT_BYTES) return []
    return [
      {
        pointer: `/recipients/${index}/context`,
        message: `is ${bytes} bytes; at most ${MAX_CONTEXT_BYTES} (200 kB) are allowed`,
      },
    ]
  })

const duplicateProblems = (recipients: readonly Recipient[]): Problem[] => {
  const first = new Map<string, number>()
  return recipients.flatMap((recipient, index) => {
    const earlier = first.get(recipient.userId)
    if (earlier === undefined) {
      first.set(recipient.userId, index)
      return []
    }
    return [
      { pointer: `/recipients/${index}/userId`, message: `is the same as /recipients/${earlier}/userId` },
    ]
  })
}

// First, because everything after it walks the tree by recursion.
const refuseDeep = (body: CalledPeople): void => {
  if (!isTooDeep(body)) return
  const index = body.recipients.findIndex(isTooDeep)
  const pointer = index < 0 ? '' : `/recipients/${index}`
  throw new Fault('payload_invalid', {
    problems: [{ pointer, message: `must not be nested deeper than ${DEEPEST} levels` }],
  })
}

/**
 * Refuses what the schema cannot express: nesting too deep, duplicate user ids, a context that is too large. Answers
 * the JSON text of each recipient's context.
 */
export const checkBody = (body: CalledPeople): string[] => {
  refuseDeep(body)
  const contexts = body.recipients.map(({ context }) =>
    context === undefined ? '{}' : JSON.stringify(context),
  )
  const problems = [...duplicateProblems(body.recipients), ...contextProblems(contexts)]
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return contexts
}

/** Refuses the people that the high-throughput route does not take: it reads and writes no profile. */
export const checkExternal = (body: CalledPeople): void => {
  const problems = body.recipients.flatMap(({ type, profile }, index): Problem[] => [
    ...(type === 'external'
      ? []
      : [{ pointer: `/recipients/${index}/type`, message: 'must be external on the high-throughput route' }]),
    ...(profile === undefined
      ? []
      : [
          {
            pointer: `/recipients/${index}/profile`,
            message: 'is not taken on the high-throughput route; give the data as context',
          },
        ]),
  ])
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}
