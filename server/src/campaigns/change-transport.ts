/**
 * Where a transport leads, and what that means for its secrets: those that were given for a provider go to no other. Who may
 * change a transport may not read what is sealed in it by leading it to a server of their own.
 */
import {
  type ProviderKind,
  providerOf,
  secretsOf,
  type Transport,
  type TransportWrite,
} from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { treeOf } from '../lib/loose-json.ts'
import { missingSecrets } from './needed-secrets.ts'
import { withPushCredentials } from './push-credentials.ts'
import { insertTransport, lockTransport, replaceTransport, type TransportChange } from './transport.store.ts'
import { memberAt, type Tree, withMember } from './transport-secrets.ts'

/** The members that say where a transport of a kind leads. */
const WAYS: Readonly<Record<ProviderKind, readonly string[]>> = {
  smtp: ['host', 'port', 'security'],
  ses: ['endpoint'],
  sendgrid: ['endpoint'],
  twilio: ['endpoint'],
  sinch: ['endpoint'],
  infobip: ['endpoint'],
  custom_sms: ['url', 'auth.tokenUrl'],
  push: [],
}

const settingsOf = (of: Partial<Transport> | TransportWrite, kind: ProviderKind): Tree =>
  treeOf((of as Tree)[kind])

/** What a secret stands beside: without it the secret is of no use. */
const BESIDE: Readonly<Partial<Record<ProviderKind, Readonly<Record<string, string>>>>> = {
  smtp: { password: 'user' },
  twilio: { keySecret: 'keySid' },
  custom_sms: { key: 'certificate', signatureSecret: 'signatureHeader' },
}

interface Settings {
  readonly kind: ProviderKind
  readonly old: Tree
  readonly young: Tree
}

const hasOtherAuth = ({ old, young }: Settings): boolean =>
  memberAt(old, 'auth.kind') !== memberAt(young, 'auth.kind')

// Of another kind of proof, or beside what is not there any more.
const isOver = (path: string, settings: Settings): boolean => {
  const { kind, young } = settings
  const beside = BESIDE[kind]?.[path]
  if (beside !== undefined) return !memberAt(young, beside)
  return kind === 'custom_sms' && path.startsWith('auth.') && hasOtherAuth(settings)
}

const leadsElsewhere = ({ kind, old, young }: Settings): boolean =>
  WAYS[kind].some(one => (memberAt(old, one) || null) !== (memberAt(young, one) || null))

/**
 * A write that leads elsewhere than before needs every secret again that is stored for it; secrets that belong to nothing any
 * more go away. Answers the write as it may be stored.
 */
const withOwnSecrets = (before: Transport, write: TransportWrite): TransportWrite => {
  const kind = providerOf(before.kind)
  const settings: Settings = { kind, old: settingsOf(before, kind), young: settingsOf(write, kind) }
  const left = secretsOf(kind).filter(path => memberAt(settings.young, path) === undefined)
  const over = left.filter(path => isOver(path, settings))
  const missing = left.filter(path => before.storedSecrets.includes(path) && !over.includes(path))
  if (missing.length > 0 && leadsElsewhere(settings))
    throw new Fault('payload_invalid', {
      problems: missing.map(path => ({
        pointer: `/${kind}/${path.replace('.', '/')}`,
        message: 'must be given again, for the transport leads elsewhere now',
      })),
    })
  const young = over
    .filter(path => !path.includes('.') || memberAt(settings.young, 'auth') !== undefined)
    .reduce((tree, path) => withMember(tree, path, null), settings.young)
  return over.length === 0 ? write : { ...write, [kind]: young }
}

/** The write with its VAPID keys; refused without the secrets that such a transport needs. `before` undefined: it is made. */
const withNeeded = (write: TransportWrite, before: Transport | undefined): TransportWrite => {
  const problems = missingSecrets(write, before)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  const sealed = new Set(before?.storedSecrets)
  return withPushCredentials(write, { push: before?.push ?? null, sealed })
}

/** Makes a transport. */
export const createTransport = (pool: pg.Pool, change: TransportChange): Promise<void> =>
  insertTransport(pool, { ...change, write: withNeeded(change.write, undefined) })

/** Replaces a transport's settings; a secret that is left out stays where it was given for. False: there is none of that id. */
export const changeTransport = (pool: pg.Pool, change: TransportChange): Promise<boolean> =>
  transaction(pool, async tx => {
    const before = await lockTransport(tx, change.sandboxId, change.id)
    if (before === undefined || before.kind !== (change.write.kind ?? 'smtp')) return false
    return replaceTransport(tx, {
      ...change,
      write: withNeeded(withOwnSecrets(before, change.write), before),
    })
  })
