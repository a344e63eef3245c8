/**
 * The push devices of people, one at a time: an app registers its device, takes it away, or a platform said that it is
 * gone. A device is one person's: who registers it takes it from whoever had it. The list itself is an attribute.
 */
import { type Identity, MAX_PUSH_DEVICES, type PushDevice } from '@carillon/contract'
import type pg from 'pg'
import { APNS_TOKEN } from '../channels/push/apns/device-token.ts'
import { hasPoint, isAllowedEndpoint, readSubscription } from '../channels/push/web-push/subscription.ts'
import type { Db } from '../db/pool.ts'
import { Overtaken, untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { isTree, type Tree } from '../lib/tree.ts'
import { valueAt } from './attributes.ts'
import { type PeopleActor, upsertProfile } from './people.store.ts'
import { lockPerson, ownersOf, writeAttributes } from './person-row.store.ts'
import { lockDevice, ownersOfDevice } from './push-device.store.ts'
import { canonicalToken, deviceKey, isDevice } from './push-token.ts'

/** What tells a device from all others. */
export type DeviceKey = Pick<PushDevice, 'appID' | 'token'>
/** A device that registers. `vapidKey`: of a browser, the key that its subscription is bound to. */
export type NewDevice = Pick<PushDevice, 'appID' | 'token' | 'platform' | 'vapidKey'>

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
  const isAsKnown =
    valueAt(known, 'platform') === device.platform && valueAt(known, 'vapidKey') === device.vapidKey
  if (known !== undefined && !isDenied(known) && isAsKnown) return [...devices]
  const others = devices.filter(one => deviceKey(one) !== key && !isDevice(one, device))
  if (others.length < MAX_PUSH_DEVICES) return [...others, device]
  const leaving = others.find(isDenied) ?? others[0]
  return [...others.filter(one => one !== leaving), device]
}

const without = (devices: readonly Tree[], key: DeviceKey): Tree[] =>
  devices.filter(one => !isDevice(one, key))

const withDenial = (devices: readonly Tree[], key: DeviceKey, denylisted: boolean): Tree[] =>
  devices.map(one => (isDevice(one, key) && isDenied(one) !== denylisted ? { ...one, denylisted } : one))

const isSame = (some: readonly Tree[], others: readonly Tree[]): boolean =>
  some.length === others.length && some.every((one, index) => one === others[index])

interface OfPerson {
  readonly sandboxId: string
  readonly now: Date
  readonly id: string
}

type Change = (devices: readonly Tree[]) => Tree[]

// False: there is no such person. One who was merged into another is the other.
const changeDevices = async (tx: Db, { sandboxId, now, id }: OfPerson, change: Change): Promise<boolean> => {
  const person = await lockPerson(tx, sandboxId, id)
  if (person === undefined) return false
  const before = devicesOf(person.attributes)
  const after = change(before)
  if (!isSame(before, after))
    await writeAttributes(tx, { id: person.id, now }, withDevices(person.attributes, after))
  return true
}

// Who was merged away since the owners were read is another person now, whose devices are others: from the start again.
const changeOwners = async (
  tx: Db,
  { actor, ids }: { readonly actor: PeopleActor; readonly ids: readonly string[] },
  change: (id: string, devices: readonly Tree[]) => Tree[],
): Promise<void> => {
  const { sandboxId, now } = actor
  // In one order, so that two who exchange devices do not wait for each other.
  for (const id of [...ids].sort()) {
    const person = await lockPerson(tx, sandboxId, id)
    if (person?.id !== id) throw new Overtaken()
    await changeDevices(tx, { sandboxId, now, id }, devices => change(id, devices))
  }
}

const problem = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

/** The subscription as it is kept; refuses what is none at a known push service, at `pointer`. */
export const subscriptionToken = (token: string, pointer: string): string => {
  const read = readSubscription(token)
  if (read === undefined || !hasPoint(read))
    throw problem(pointer, "must be a browser's subscription: endpoint, keys.p256dh and keys.auth")
  if (!isAllowedEndpoint(read.endpoint))
    throw problem(pointer, 'must have its endpoint at a known push service')
  return canonicalToken('web', token)
}

/** The device as it is kept; refuses what cannot be a token of its platform. */
export const normalizeDevice = ({ appID, platform, token, vapidKey }: NewDevice): NewDevice => {
  const kept = { appID: appID.trim(), token: canonicalToken(platform, token), platform }
  for (const member of ['appID', 'token'] as const)
    if (kept[member] === '') throw problem(`/device/${member}`, 'must not be blank')
  if (platform === 'fcm') return kept
  if (platform === 'web') {
    subscriptionToken(kept.token, '/device/token')
    return { ...kept, ...(vapidKey === undefined ? {} : { vapidKey }) }
  }
  if (!APNS_TOKEN.test(kept.token)) throw problem('/device/token', 'must be hexadecimal')
  return kept
}

/** Makes the person with the identity where there is none. Only for who may make people: never for a visitor's browser. */
export const ensurePerson = async (actor: PeopleActor, identity: Identity): Promise<void> => {
  const identities = [identity]
  const isKnown = (await ownersOf(actor.pool, actor.sandboxId, identities)).length > 0
  if (!isKnown) await upsertProfile(actor, { identities, attributes: {} })
}

/** A device, and whose it becomes. */
export interface DeviceOfPerson {
  readonly identity: Identity
  readonly device: NewDevice
}

/** Who has the device now, and how it is kept. */
export interface RegisteredDevice {
  readonly profileId: string
  readonly device: NewDevice
}

/**
 * Gives a device to the person with the identity, and takes it from everybody else. A device that was denied is none any
 * more: its app has just said that it is there. Undefined: nobody has the identity.
 */
export const registerDevice = async (
  actor: PeopleActor,
  write: DeviceOfPerson,
): Promise<RegisteredDevice | undefined> => {
  const device = normalizeDevice(write.device)
  const { pool, sandboxId } = actor
  return untilUndisturbed(pool, async tx => {
    // Two people who register it at once would both find that nobody has it.
    await lockDevice(tx, sandboxId, deviceKey(device))
    const [profileId] = await ownersOf(tx, sandboxId, [write.identity])
    if (profileId === undefined) return undefined
    const before = await ownersOfDevice(tx, sandboxId, device)
    const ids = [...new Set([...before, profileId])]
    await changeOwners(tx, { actor, ids }, (id, devices) =>
      id === profileId ? withNewDevice(devices, device) : without(devices, device),
    )
    return { profileId, device }
  })
}

/** The same for a person who is made when there is none. */
export const registerDeviceOfAnybody = async (
  actor: PeopleActor,
  write: DeviceOfPerson,
): Promise<RegisteredDevice> => {
  normalizeDevice(write.device)
  await ensurePerson(actor, write.identity)
  const registered = await registerDevice(actor, write)
  // Who was there a moment ago was erased in between.
  if (registered === undefined) throw new Fault('unavailable', { retryAfterSeconds: 1 })
  return registered
}

/** Takes a device from whoever has it; `of`: from the person with this identity only. Nobody has it: nothing happens. */
export const removeDevice = async (
  actor: PeopleActor,
  key: DeviceKey & { readonly of?: Identity },
): Promise<void> => {
  const { pool, sandboxId } = actor
  await untilUndisturbed(pool, async tx => {
    const owners = key.of === undefined ? undefined : await ownersOf(tx, sandboxId, [key.of])
    const having = await ownersOfDevice(tx, sandboxId, key)
    const ids = having.filter(id => owners === undefined || owners.includes(id))
    await changeOwners(tx, { actor, ids }, (_id, devices) => without(devices, key))
  })
}

/** Puts a device on the deny list of whoever has it, or takes it off. False: nobody has it. */
export const setDenial = (actor: PeopleActor, key: DeviceKey, denylisted: boolean): Promise<boolean> =>
  untilUndisturbed(actor.pool, async tx => {
    const ids = await ownersOfDevice(tx, actor.sandboxId, key)
    await changeOwners(tx, { actor, ids }, (_id, devices) => withDenial(devices, key, denylisted))
    return ids.length > 0
  })

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
    await untilUndisturbed(pool, tx =>
      changeDevices(tx, { sandboxId, now, id }, before => withDenial(before, key, true)),
    )
}
