/** The life of a DKIM key: made, published by the owner of the domain, signing, retired. */
import type { DkimKeyCreate, LiveCheck } from '@carillon/contract'
import { parseAddress } from '../channels/email/address.ts'
import { makeDkimKeyPair } from '../channels/email/dkim/keys.ts'
import { checkKey } from '../channels/email/dns/checks.ts'
import type { Dns } from '../channels/email/dns/resolver.ts'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { seal } from '../lib/seal.ts'
import {
  activateDkimKey,
  type DkimKeyRecord,
  deleteDkimKey,
  findDkimKey,
  insertDkimKey,
  retireDkimKey,
} from './dkim-key.store.ts'
import type { Actor } from './lifecycle.ts'

/** Who acts on a key, and with what. */
export interface DkimActor extends Actor {
  readonly secret: string
  readonly dns: Dns
}

const missing = (): Fault => new Fault('not_found', { detail: 'There is no such DKIM key in this sandbox.' })

/** A key of the sandbox; throws when there is none of that id. */
export const getDkimKey = async ({ pool, sandboxId }: DkimActor, id: string): Promise<DkimKeyRecord> => {
  const key = await findDkimKey(pool, sandboxId, id)
  if (key === undefined) throw missing()
  return key
}

// The day says to a person which of two is newer; the end of the id keeps two of one day apart.
const selectorOf = ({ now }: DkimActor, algorithm: DkimKeyCreate['algorithm'], id: string): string =>
  `c${now.toISOString().slice(0, 10).replaceAll('-', '')}${algorithm === 'rsa' ? 'r' : 'e'}-${id.slice(-4)}`

/** Makes a key that waits for its record to be published. Its private half is sealed and never shown. */
export const createDkimKey = async (by: DkimActor, write: DkimKeyCreate): Promise<DkimKeyRecord> => {
  const domain = parseAddress(`x@${write.domain.trim().toLowerCase()}`)?.address.slice(2)
  if (domain === undefined)
    throw new Fault('payload_invalid', { problems: [{ pointer: '/domain', message: 'is not a domain' }] })
  const id = by.newId()
  const { privatePem, publicKey } = await makeDkimKeyPair(write.algorithm)
  await insertDkimKey(by.pool, {
    id,
    sandboxId: by.sandboxId,
    domain,
    selector: write.selector ?? selectorOf(by, write.algorithm, id),
    algorithm: write.algorithm,
    publicKey,
    sealedPrivateKey: seal(by.secret, privatePem),
    createdBy: by.by,
    now: by.now,
  })
  return getDkimKey(by, id)
}

/** Looks up whether a key's record is published. */
export const checkDkimKey = async (by: DkimActor, id: string): Promise<LiveCheck> =>
  checkKey(by.dns, await getDkimKey(by, id))

/**
 * Lets a key sign in the place of the one that did. Refused while the name servers say that its record is not there:
 * every mail would fail its check. `force` does it all the same; so does a machine that can ask nobody.
 */
export const startDkimKey = async (by: DkimActor, id: string, force: boolean): Promise<DkimKeyRecord> => {
  const key = await getDkimKey(by, id)
  if (key.status === 'active') return key
  const check = force ? undefined : await checkKey(by.dns, key)
  if (check?.verdict === 'bad')
    throw new Fault('dkim_unpublished', { detail: `${key.record.name}: ${check.message}` })
  await transaction(by.pool, tx => activateDkimKey(tx, { sandboxId: by.sandboxId, id, now: by.now }))
  return getDkimKey(by, id)
}

/** Ends the signing of a key; mail goes on without, or with the domain's key of the other algorithm. */
export const endDkimKey = async (by: DkimActor, id: string): Promise<DkimKeyRecord> => {
  await getDkimKey(by, id)
  await retireDkimKey(by.pool, { sandboxId: by.sandboxId, id, now: by.now })
  return getDkimKey(by, id)
}

/** Removes a key for good; refused while it signs. */
export const removeDkimKey = async (by: DkimActor, id: string): Promise<void> => {
  await getDkimKey(by, id)
  if (!(await deleteDkimKey(by.pool, by.sandboxId, id)))
    throw new Fault('resource_state', { detail: 'The key signs mail; retire it first.' })
}
