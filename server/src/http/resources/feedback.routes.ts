/** Where reports of sent mail come in: the receiver as it stands, and the webhooks of providers. */
import {
  FeedbackReceiver,
  FeedbackSource,
  FeedbackSourceCreate,
  FeedbackSourceList,
  type FeedbackTally,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { LOOP_MAILBOX } from '../../channels/email/verp.ts'
import { RECEIVER_SOURCE } from '../../feedback/receiver.ts'
import { readPublicKey } from '../../feedback/sendgrid.ts'
import {
  bounceDomains,
  deleteSource,
  type FeedbackSourceRow,
  insertSource,
  listSources,
  type SourceSettings,
} from '../../feedback/source.store.ts'
import { readTallies, type TallyRow } from '../../feedback/tally.store.ts'
import { Fault } from '../../lib/fault.ts'
import type { ResourcePlugin } from '../app.ts'
import { actorOf, idOf, notFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

/** What the routes need beside the rest. `feedbackPort` undefined: there is no receiver. */
export type FeedbackDeps = ResourceDeps & { readonly feedbackPort: number | undefined }

const tags = ['Feedback']
const ARN = /^arn:aws(?:-[a-z-]{1,20})?:sns:[a-z0-9-]{1,40}:\d{12}:[A-Za-z0-9_.-]{1,256}$/

const tallyOf = (rows: readonly TallyRow[], source: string): FeedbackTally => {
  const of = (outcome: TallyRow['outcome']) =>
    rows.find(row => row.source === source && row.outcome === outcome)
  const last = (row: TallyRow | undefined): string | null => row?.lastAt.toISOString() ?? null
  return {
    received: of('received')?.n ?? 0,
    ignored: of('ignored')?.n ?? 0,
    refused: of('refused')?.n ?? 0,
    lastReceivedAt: last(of('received')),
    lastRefusedAt: last(of('refused')),
  }
}

const toSource = (
  { publicUrl }: Pick<ResourceDeps, 'publicUrl'>,
  row: FeedbackSourceRow,
  tallies: readonly TallyRow[],
): FeedbackSource => ({
  ...{ id: row.id, provider: row.provider, name: row.name },
  topicArn: row.settings.topicArn ?? null,
  publicKey: row.settings.publicKey ?? null,
  url: `${publicUrl}/api/v1/feedback/${row.provider}/${row.id}`,
  confirmedAt: row.confirmedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy,
  ...tallyOf(tallies, row.id),
})

const refuse = (pointer: string, message: string): never => {
  throw new Fault('payload_invalid', { problems: [{ pointer, message }] })
}

const settingsOf = ({ provider, topicArn, publicKey }: FeedbackSourceCreate): SourceSettings => {
  if (provider === 'ses') {
    if (publicKey !== undefined) refuse('/publicKey', 'does not belong to ses')
    if (!ARN.test(topicArn ?? '')) refuse('/topicArn', 'is not the ARN of an SNS topic')
    return { topicArn: topicArn ?? '' }
  }
  if (topicArn !== undefined) refuse('/topicArn', 'does not belong to sendgrid')
  if (readPublicKey(publicKey ?? '') === undefined)
    refuse('/publicKey', 'is not a verification key of SendGrid (base64, ECDSA on P-256)')
  return { publicKey: (publicKey ?? '').trim() }
}

const receiverRoute = (app: FastifyInstance, deps: FeedbackDeps): void => {
  app.get(
    '/feedback/receiver',
    {
      schema: {
        tags,
        summary: 'The SMTP receiver of bounces, and what came in there',
        response: { 200: FeedbackReceiver, ...REFUSALS },
      },
    },
    async (request): Promise<FeedbackReceiver> => ({
      port: deps.feedbackPort ?? null,
      domains: await bounceDomains(deps.pool, actorOf(request, deps).sandboxId),
      loopMailbox: LOOP_MAILBOX,
      ...tallyOf(await readTallies(deps.pool, [RECEIVER_SOURCE]), RECEIVER_SOURCE),
    }),
  )
}

const sourceRoutes = (app: FastifyInstance, deps: FeedbackDeps): void => {
  app.get(
    '/feedback/sources',
    {
      schema: { tags, summary: 'Webhooks, newest first', response: { 200: FeedbackSourceList, ...REFUSALS } },
    },
    async request => {
      const rows = await listSources(deps.pool, actorOf(request, deps).sandboxId)
      const tallies = await readTallies(
        deps.pool,
        rows.map(row => row.id),
      )
      return { items: rows.map(row => toSource(deps, row, tallies)), next: null }
    },
  )
  app.post<{ Body: FeedbackSourceCreate }>(
    '/feedback/sources',
    {
      schema: {
        tags,
        summary: 'Make a webhook for a provider',
        body: FeedbackSourceCreate,
        response: { 201: FeedbackSource, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId, by, now, newId } = actorOf(request, deps)
      const { provider, name } = storable(request.body)
      const settings = settingsOf(request.body)
      const of = { id: newId(), sandboxId, provider, name, settings, createdAt: now, createdBy: by }
      return reply.code(201).send(toSource(deps, await insertSource(deps.pool, of), []))
    },
  )
  app.delete<{ Params: { id: string } }>(
    '/feedback/sources/:id',
    {
      schema: {
        tags,
        summary: 'Remove a webhook: its calls are refused from then on',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId } = actorOf(request, deps)
      if (!(await deleteSource(deps.pool, sandboxId, idOf(request.params.id, 'webhook'))))
        throw notFound('webhook')
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const feedbackRoutes =
  (deps: FeedbackDeps): ResourcePlugin =>
  async (app: FastifyInstance) => {
    receiverRoute(app, deps)
    sourceRoutes(app, deps)
  }
