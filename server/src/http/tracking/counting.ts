/** Counts visits of links as a person's or a machine's. */
import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import type { InteractionKind } from '../../tracking/interaction.store.ts'
import type { Interactions } from '../../tracking/interactions.ts'
import { createBurstWatch, isMachineOpen, isRobot, type Visitor } from '../../tracking/machines.ts'

const headerOf = ({ headers }: FastifyRequest, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = headers[name]
    if (typeof value === 'string') return value
  }
  return undefined
}

/** Who asks, as far as a request says. */
export const visitorOf = (request: FastifyRequest): Visitor => ({
  method: request.method,
  userAgent: request.headers['user-agent'],
  purpose: headerOf(request, 'sec-purpose', 'purpose', 'x-moz'),
})

/** What is visited. */
export interface VisitedLink {
  readonly messageId: string
  readonly linkId: bigint
}

/** One for each kind of links: a burst is of links of one kind. */
export const createCounting = ({
  interactions,
  clock,
}: {
  readonly interactions: Interactions
  readonly clock: Clock
}) => {
  const bursts = createBurstWatch<{ readonly linkId: bigint; readonly kind: 'click' | 'unsubscribe' }>()
  const note = (link: VisitedLink, kind: InteractionKind, machine: boolean): void => {
    const { messageId, linkId } = link
    interactions.note({ messageId, kind, linkId, machine, at: clock.now() })
  }
  return {
    opened: (link: VisitedLink, visitor: Visitor): void => note(link, 'open', isMachineOpen(visitor)),
    mirrored: (link: VisitedLink, visitor: Visitor): void => note(link, 'mirror', isRobot(visitor)),
    followed: (link: VisitedLink, kind: 'click' | 'unsubscribe', visitor: Visitor): void => {
      if (isRobot(visitor)) {
        note(link, kind, true)
        return
      }
      const { messageId } = link
      const verdict = bursts.click(messageId, { linkId: link.linkId, kind }, clock.monotonicMs())
      const at = clock.now()
      for (const before of verdict.takeBack) {
        interactions.note({ messageId, ...before, machine: false, at, n: -1 })
        interactions.note({ messageId, ...before, machine: true, at })
      }
      note(link, kind, verdict.machine)
    },
  }
}
