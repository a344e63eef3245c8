/** What the resource routes share: their dependencies, the refusals they have in common, and who acts. */
import type { CampaignProperties, Recipient } from '@carillon/contract'
import { ProblemBody } from '@carillon/contract'
import type { FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { Actor } from '../../campaigns/lifecycle.ts'
import type { ConfigurationActor } from '../../campaigns/live-checks.ts'
import type { SandboxClocks } from '../../campaigns/sandbox-clock.ts'
import type { Dns } from '../../channels/email/dns/resolver.ts'
import type { ConsentLinks } from '../../consent/links.ts'
import type { RenderStage } from '../../content/stage.ts'
import type { SandboxPorts } from '../../delivery/opener.ts'
import type { Clock } from '../../lib/clock.ts'
import { DEEPEST, isTooDeep } from '../../lib/depth.ts'
import { Fault } from '../../lib/fault.ts'
import { isUuid } from '../../lib/ids.ts'
import { unstorablePointers } from '../../lib/unstorable.ts'
import { parseExecutionId } from '../../messages/execution-id.ts'
import type { PeopleActor } from '../../profiles/people.store.ts'
import type { Tracking } from '../../tracking/tracking.ts'
import { callerOf } from '../caller.ts'

/** A test send, through the same intake as a trigger. */
export interface TestPort {
  test(call: {
    readonly sandboxId: string
    readonly campaignId: string
    readonly versionId: string
    readonly clientName: string
    readonly recipient: Recipient
  }): Promise<{ executionId: string }>
}

/** What the resource routes need. */
export interface ResourceDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  /** The time in each sandbox: what decides by the time of day asks these. */
  readonly clocks: SandboxClocks
  readonly newId: () => string
  readonly publicUrl: string
  readonly organization: string
  readonly secret: string
  readonly links: ConsentLinks
  readonly tracking: Tracking
  /** Who is asked for the records of sending domains. */
  readonly dns: Dns
  /** Where the sandbox's stand-ins listen. */
  readonly sinks: SandboxPorts
  readonly trigger: TestPort
  /** Where content is looked at: the sandbox's sources, drafts of fragments included, and its declared schemas. */
  readonly stage: (
    sandboxId: string,
    contextSchema?: CampaignProperties['contextSchema'],
  ) => Promise<RenderStage>
  /** Called after a campaign changed, so that this process sees it at once. */
  readonly onCampaignChanged: (campaignId: string) => void
}

/** The refusals that every route may answer. */
export const REFUSALS = {
  400: ProblemBody,
  401: ProblemBody,
  403: ProblemBody,
  404: ProblemBody,
  409: ProblemBody,
  503: ProblemBody,
}

/** 404 with a sentence. */
export const notFound = (what: string): Fault =>
  new Fault('not_found', { detail: `There is no such ${what} in this sandbox.` })

/** An id of a path; what is not a UUID cannot be found. */
export const idOf = (text: string, what: string): string => {
  if (!isUuid(text)) throw notFound(what)
  return text.toLowerCase()
}

/** An id of a query; what is not a UUID is refused. */
export const queryId = (text: string | undefined, name: string): string | undefined => {
  if (text === undefined || isUuid(text)) return text
  throw new Fault('payload_invalid', { problems: [{ pointer: `/${name}`, message: 'is not an id' }] })
}

/** The UUID of an execution's id (`UMA-…`) that a caller filters by; what cannot be one is refused. */
export const queryExecutionId = (text: string | undefined, pointer: string): string | undefined => {
  if (text === undefined) return undefined
  const id = parseExecutionId(text)
  if (id === undefined)
    throw new Fault('payload_invalid', {
      problems: [{ pointer, message: 'is not the id of an execution (UMA-…, HUMA-…, CMA-…)' }],
    })
  return id
}

/** The value, or 404. */
export const orNotFound = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw notFound(what)
  return value
}

/** Refuses what the database cannot keep, with pointers: some texts, JSON deeper than 100. Else the body as it is. */
export const storable = <T>(body: T): T => {
  if (isTooDeep(body))
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '', message: `must not be nested deeper than ${DEEPEST} levels` }],
    })
  const pointers = unstorablePointers(body)
  if (pointers.length > 0)
    throw new Fault('payload_unstorable', {
      problems: pointers.map(pointer => ({ pointer, message: 'holds a character that cannot be stored' })),
    })
  return body
}

/** Who acts in which sandbox, now. */
export const actorOf = (request: FastifyRequest, deps: ResourceDeps): Actor => {
  const { name, sandbox } = callerOf(request)
  const { pool, clock, newId } = deps
  return {
    ...{ pool, sandboxId: sandbox.id, by: name, now: clock.now(), newId },
    monotonicMs: () => clock.monotonicMs(),
  }
}

/** Who acts on what is sent with, and may ask the name servers. */
export const configurationActorOf = (request: FastifyRequest, deps: ResourceDeps): ConfigurationActor => ({
  ...actorOf(request, deps),
  dns: deps.dns,
  publicUrl: deps.publicUrl,
})

/** Who writes people: the evidence of choices says that they came among the attributes. */
export const peopleActorOf = (request: FastifyRequest, deps: ResourceDeps): PeopleActor => ({
  ...actorOf(request, deps),
  source: 'profile',
})

/** The time in the caller's sandbox. */
export const sandboxNow = (request: FastifyRequest, deps: ResourceDeps): Promise<Date> =>
  deps.clocks.nowIn(callerOf(request).sandbox.id)

/** Who acts, with the time in the sandbox: for what is decided by a campaign's dates. */
export const localActorOf = async (
  request: FastifyRequest,
  deps: ResourceDeps,
): Promise<Actor & { readonly sandboxNow: Date }> => ({
  ...actorOf(request, deps),
  sandboxNow: await sandboxNow(request, deps),
})
