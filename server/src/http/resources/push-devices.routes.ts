/** Push devices, registered by a customer's server; and the tokens with which browsers register themselves. */
import {
  PushDeviceDenial,
  PushDeviceRemoval,
  PushRegistered,
  PushRegistration,
  RegistrationToken,
  RegistrationTokenCreate,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { normalizeIdentity } from '../../profiles/people.store.ts'
import {
  ensurePerson,
  registerDeviceOfAnybody,
  removeDevice,
  setDenial,
} from '../../profiles/push-devices.ts'
import { signRegistration } from '../../profiles/registration-token.ts'
import { callerOf } from '../caller.ts'
import { notFound, peopleActorOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Push']
const DEFAULT_SECONDS = 900

const tokenRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: RegistrationTokenCreate }>(
    '/push/registration-tokens',
    {
      schema: {
        tags,
        summary:
          'A token with which a browser registers itself, for some apps and one person, who is made when there is none',
        body: RegistrationTokenCreate,
        response: { 201: RegistrationToken, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { identity, appIDs, expiresInSeconds = DEFAULT_SECONDS } = storable(request.body)
      const expiresAt = new Date(deps.clock.now().getTime() + expiresInSeconds * 1_000)
      const grant = {
        sandboxId: callerOf(request).sandbox.id,
        identity: normalizeIdentity(identity, '/identity'),
        appIDs,
      }
      // Now, while a server asks: a page must not bring back a person who is erased before the token ends.
      await ensurePerson(peopleActorOf(request, deps), grant.identity)
      const token = await signRegistration(deps.secret, grant, expiresAt)
      return reply.code(201).send({ token, expiresAt: expiresAt.toISOString() })
    },
  )
}

const removeRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: PushDeviceRemoval }>(
    '/push/devices/remove',
    {
      schema: {
        tags,
        summary: 'Takes a device from whoever has it',
        body: PushDeviceRemoval,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeDevice(peopleActorOf(request, deps), storable(request.body))
      return reply.code(204).send()
    },
  )
}

const denyRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: PushDeviceDenial }>(
    '/push/devices/deny',
    {
      schema: {
        tags,
        summary: 'Puts a device on the deny list of whoever has it, or takes it off',
        body: PushDeviceDenial,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { denylisted, ...key } = storable(request.body)
      if (!(await setDenial(peopleActorOf(request, deps), key, denylisted))) throw notFound('push device')
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const pushDeviceRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.post<{ Body: PushRegistration }>(
      '/push/devices',
      {
        schema: {
          tags,
          summary:
            'Gives a device to a person, who is made when there is none, and takes it from everybody else',
          body: PushRegistration,
          response: { 200: PushRegistered, ...REFUSALS },
        },
      },
      async request => {
        const { identity, device } = storable(request.body)
        const given = { identity: normalizeIdentity(identity, '/identity'), device }
        return registerDeviceOfAnybody(peopleActorOf(request, deps), given)
      },
    )
    removeRoute(app, deps)
    denyRoute(app, deps)
    tokenRoute(app, deps)
  }
