/**
 * The push devices of people, one at a time: an app registers its device, takes it away, or a platform said that it is
 * gone. A device is one person's: who registers it takes it from whoever had it. The list itself is an attribute.
 */
import { type Identity, MAX_PUSH_DEVICES, type PushDevice } from '@carillon/contract'
import type pg from 'pg'
import { isAllowedEndpoint, readSubscription } from '../channels/push/web-push/subscription.ts'
import type { Db } from '../db/pool.ts'
import { Overtaken, untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { isTree, type Tree } from '../lib/tree.ts'
import { valueAt } from './attributes.ts'
import { deviceKey } from './known-members.ts'
import { type PeopleActor, upsertProfile } from './people.store.ts'
import { lockPerson, ownersOf, writeAttributes } from './person-row.store.ts'
import { ownersOfDevice } from './push-device.store.ts'

/** What tells a device from all others. */
export type DeviceKey = Pick<PushDevice, 'appID' | 'token'>
/** A device that registers. */
export type NewDevice = Pick<PushDevice, 'appID' | 'token' | 'platform'>

const LIST = 'pushNotificationDetails'

/** The devices of a person's attributes; what is no object is none. */
export const devicesOf = (attributes: Tree): Tree[] => {
  const list = valueAt(attributes, LIST)
  return Array.isArray(list) ? list.filter(isTree) : []
}

const withDevices = (attributes: Tree, devices: readonly Tree[]): Tree => {
  const { [LIST]: _, ...rest } = attributes
  return devices.length === 0 ? rest : { ...rest, [LIST]: devices }
}

const isDenied = (device: Tree): boolean => valueAt(device, 'denylisted') === true

/** The list with a device at its end. A full one loses the first that is denied, else the oldest. */
export const withNewDevice = (devices: readonly Tree[], device: NewDevice): Tree[] => {
  const key = deviceKey(device)
  const known = devices.find(one => deviceKey(one) === key)
  if (known !== undefined && !isDenied(known) && valueAt(known, 'platform') === device.platform)
    return [...devices]
  const others = devices.filter(one => deviceKey(one) !== key)
  if (others.length < MAX_PUSH_DEVICES) return [...others, device]
  const leaving = others.find(isDenied) ?? others[0]
  return [...others.filter(one => one !== leaving), device]
}

const without = (devices: readonly Tree[], key: DeviceKey): Tree[] =>
  devices.filter(one => deviceKey(one) !== deviceKey(key))

const deny = (devices: readonly Tree[], key: DeviceKey): Tree[] =>
  devices.map(one =>
    deviceKey(one) === deviceKey(key) && !isDenied(one) ? { ...one, denylisted: true } : one,
  )

const isSame = (some: readonly Tree[], others: readonly Tree[]): boolean =>
  some.length === others.length && some.every((one, index) => one === others[index])

interface Writer {
  readonly sandboxId: string
  readonly now: Date
}

const changeDevices = async (
  tx: Db,
  { sandboxId, now, id }: Writer & { readonly id: string },
  change: (devices: readonly Tree[]) => Tree[],
): Promise<boolean> => {
  const person = await lockPerson(tx, sandboxId, id)
  if (person === undefined) return false
  const before = devicesOf(person.attributes)
  const after = change(before)
  if (!isSame(before, after))
    await writeAttributes(tx, { id: person.id, now }, withDevices(person.attributes, after))
  return true
}

const problem = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

const HEXADECIMAL = /^[0-9a-fA-F]{32,400}$/

/**
 * The one way of writing a subscription, so that what a browser adds to it does not make it another device; refuses what
 * is none at a known push service, at `pointer`.
 */
export const subscriptionToken = (token: string, pointer: string): string => {
  const read = readSubscription(token)
  if (read === undefined)
    throw problem(pointer, "must be a browser's subscription: endpoint, keys.p256dh and keys.auth")
  if (!isAllowedEndpoint(read.endpoint))
    throw problem(pointer, 'must have its endpoint at a known push service')
  const keys = { p256dh: read.p256dh.toString('base64url'), auth: read.auth.toString('base64url') }
  return JSON.stringify({ endpoint: read.endpoint.href, keys })
}

/** The device as it is kept; refuses what cannot be a token of its platform. */
export const normalizeDevice = ({ appID, platform, token }: NewDevice): NewDevice => {
  const kept = { appID: appID.trim(), token: token.trim(), platform }
  for (const member of ['appID', 'token'] as const)
    if (kept[member] === '') throw problem(`/device/${member}`, 'must not be blank')
  if (platform === 'fcm') return kept
  if (platform === 'web') return { ...kept, token: subscriptionToken(kept.token, '/device/token') }
  if (!HEXADECIMAL.test(kept.token)) throw problem('/device/token', 'must be hexadecimal')
  return { ...kept, token: kept.token.toLowerCase() }
}

/**
 * Gives a device to the person with the identity, who is made when there is none, and takes it from everybody else. A
 * device that was denied is none any more: its app has just said that it is there.
 */
export const registerDevice = async (
  actor: PeopleActor,
  write: { readonly identity: Identity; readonly device: NewDevice },
): Promise<{ readonly profileId: string; readonly device: NewDevice }> => {
  const device = normalizeDevice(write.device)
  const { pool, sandboxId, now } = actor
  const identities = [write.identity]
  const isKnown = (await ownersOf(pool, sandboxId, identities)).length > 0
  if (!isKnown) await upsertProfile(actor, { identities, attributes: {} })
  return untilUndisturbed(pool, async tx => {
    const [profileId] = await ownersOf(tx, sandboxId, identities)
    if (profileId === undefined) throw new Overtaken()
    const before = await ownersOfDevice(tx, sandboxId, device)
    // In one order, so that two who exchange devices do not wait for each other.
    for (const id of [...new Set([...before, profileId])].sort()) {
      const isOwn = id === profileId
      const found = await changeDevices(tx, { sandboxId, now, id }, devices =>
        isOwn ? withNewDevice(devices, device) : without(devices, device),
      )
      if (isOwn && !found) throw new Overtaken()
    }
    return { profileId, device }
  })
}

/** Takes a device from whoever has it; `of`: from the person with this identity only. Nobody has it: nothing happens. */
export const removeDevice = async (
  actor: PeopleActor,
  key: DeviceKey & { readonly of?: Identity },
): Promise<void> => {
  const { sandboxId, now } = actor
  await untilUndisturbed(actor.pool, async tx => {
    const owners = key.of === undefined ? undefined : await ownersOf(tx, sandboxId, [key.of])
    for (const id of await ownersOfDevice(tx, sandboxId, key))
      if (owners === undefined || owners.includes(id))
        await changeDevices(tx, { sandboxId, now, id }, devices => without(devices, key))
  })
}

/** A device of a person that its platform knows no more. */
export interface GoneDevice extends DeviceKey {
  readonly sandboxId: string
  readonly profileId: string
}

/** Puts devices on the deny list of their person: nothing is sent to them until they register again. */
export const denyDevices = async (
  pool: pg.Pool,
  now: Date,
  devices: readonly GoneDevice[],
): Promise<void> => {
  for (const { sandboxId, profileId: id, ...key } of devices)
    await untilUndisturbed(pool, tx => changeDevices(tx, { sandboxId, now, id }, before => deny(before, key)))
}
