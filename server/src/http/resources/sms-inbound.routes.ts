/** What people wrote to our numbers, and the address that a provider of short messages calls. */
import {
  channelOfTransport,
  IdParams,
  ShortLinkList,
  type SmsInboundKind,
  SmsInboundList,
  SmsInboundQuery,
  TransportCalls,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { findTransport } from '../../campaigns/transport.store.ts'
import { createCallAddresses } from '../../channels/sms/call-address.ts'
import { type InboundRow, listInbound } from '../../feedback/sms/sms.store.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { shortLinksOf } from '../../messages/short-link.store.ts'
import { callerOf } from '../caller.ts'
import { idOf, notFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Channels']

const shown = ({ sandboxId: _sandbox, providerId: _provider, body: text, ...row }: InboundRow) => ({
  ...row,
  text,
  at: row.at.toISOString(),
  receivedAt: row.receivedAt.toISOString(),
})

/** Routes below `/api/v1`. */
export const smsInboundRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    const addresses = createCallAddresses(deps)
    app.get<{ Querystring: { limit: number; cursor?: string; kind?: SmsInboundKind; number?: string } }>(
      '/sms/inbound',
      {
        schema: {
          ...{ tags, summary: 'What people wrote to our numbers, newest first' },
          ...{ querystring: SmsInboundQuery, response: { 200: SmsInboundList, ...REFUSALS } },
        },
      },
      async request => {
        const { limit, cursor, kind, number } = storable(request.query)
        const sandboxId = callerOf(request).sandbox.id
        const rows = await listInbound(deps.pool, {
          sandboxId,
          limit,
          after: readCursor(cursor),
          kind,
          number,
        })
        return toPage(rows, limit, { id: row => row.id, item: shown })
      },
    )
    app.get<{ Params: { id: string } }>(
      '/messages/:id/short-links',
      {
        schema: {
          ...{ tags, summary: 'The short links of a message, and how often they were followed' },
          ...{ params: IdParams, response: { 200: ShortLinkList, ...REFUSALS } },
        },
      },
      async request => {
        const id = idOf(request.params.id, 'message')
        const links = await shortLinksOf(deps.pool, callerOf(request).sandbox.id, id)
        const items = links.map(({ firstClickAt, lastClickAt, ...link }) => ({
          ...link,
          firstClickAt: firstClickAt?.toISOString() ?? null,
          lastClickAt: lastClickAt?.toISOString() ?? null,
        }))
        return { items, next: null }
      },
    )
    app.get<{ Params: { id: string } }>(
      '/transports/:id/calls',
      {
        schema: {
          ...{ tags, summary: 'The address that the provider of a transport calls; it holds a secret' },
          ...{ params: IdParams, response: { 200: TransportCalls, ...REFUSALS } },
        },
      },
      async request => {
        const id = idOf(request.params.id, 'transport')
        const transport = await findTransport(deps.pool, callerOf(request).sandbox.id, id)
        if (transport === undefined || channelOfTransport(transport.kind) !== 'sms')
          throw notFound('transport')
        return { url: addresses.urlOf(id), reachable: addresses.reachable }
      },
    )
  }
