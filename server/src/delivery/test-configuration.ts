/** A short message through a channel configuration's own transport, at once: what the provider says of it. */
import { EMPTY_PUSH, type ProviderAnswer } from '@carillon/contract'
import type pg from 'pg'
import { sendingConfigurationById } from '../campaigns/configuration.store.ts'
import type { EmailConfiguration, SendingConfiguration } from '../campaigns/configuration-settings.ts'
import { type TransportRow, transportById } from '../campaigns/transport.store.ts'
import { SIGNATURE_ROOM } from '../channels/email/dkim/sign.ts'
import { buildMime, type EmailParts } from '../channels/email/mime.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import { createAddressHash } from '../consent/address-hash.ts'
import { findErased } from '../consent/erased.store.ts'
import { refusesSender } from '../consent/sms-sender.ts'
import { findListed, findNotAllowed } from '../consent/suppression.store.ts'
import { notificationOf } from '../content/push-content.ts'
import { compileSending, type RenderedSending } from '../content/sending.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { addresseeOf } from './known.ts'
import { openTransport } from './open-transport.ts'
import type { SandboxPorts } from './opener.ts'
import { domainOf } from './place.ts'
import { targetsIn } from './plan.ts'
import { createSigningKeys, signed, signersOf } from './sign.ts'

/** What a test needs. */
export interface ConfigurationTestDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly secret: string
  readonly sinks: SandboxPorts
  readonly newId: () => string
}

const TEXT =
  'This is a test of a channel configuration of Carillon. It arrived, so the transport works; look into the source of this mail for the sender, the signatures and the way it came.'

const SMS_TEXT = 'This is a test of a channel configuration of Carillon. It arrived, so the transport works.'

interface Asked {
  readonly sandboxId: string
  readonly configurationId: string
  /** An address of the configuration's channel. */
  readonly to: string
}

type PushConfiguration = Extract<SendingConfiguration, { channel: 'push' }>

interface MessageFor<C extends SendingConfiguration> {
  readonly deps: ConfigurationTestDeps
  readonly asked: Asked
  readonly configuration: C
  readonly transport: TransportRow
}

const renderedSending = (configuration: EmailConfiguration, deps: ConfigurationTestDeps): RenderedSending => {
  const compiled = compileSending(configuration.templates)
  if (!compiled.ok)
    throw new Fault('resource_state', { detail: compiled.findings.map(one => one.message).join('; ') })
  const moment = {
    nowMs: deps.clock.now().getTime(),
    monotonicMs: deps.clock.monotonicMs,
    random: () => 0,
    outside: {},
  }
  const outcome = compiled.sending.render({ profile: {}, context: {} }, moment)
  if (!outcome.ok)
    throw new Fault('resource_state', {
      detail: `Personalised for nobody, ${outcome.problem}. Send a test of a campaign instead.`,
    })
  return outcome.sending
}

// A test goes to people as well: who is not to be written to is not, and while the allowed list is on only who is on it.
const refuseListed = async (
  { pool, secret }: ConfigurationTestDeps,
  { sandboxId, to }: { readonly sandboxId: string; readonly to: string },
): Promise<void> => {
  const addressee = addresseeOf({ sandboxId, address: to })
  const hash = createAddressHash(secret)({ sandboxId, kind: 'email', value: to })
  const { entries } = await findListed(pool, [addressee])
  const erased = await findErased(pool, [{ sandboxId, hash }])
  if (entries.length > 0 || erased.some(one => one.reason !== null))
    throw new Fault('resource_state', { detail: 'The address, or its domain, is on the suppression list.' })
  if ((await findNotAllowed(pool, [addressee])).length > 0)
    throw new Fault('resource_state', { detail: 'The address is not on the allowed list, which is on.' })
}

const testMail = async (of: MessageFor<EmailConfiguration>): Promise<RenderedMessage> => {
  const { deps, asked, configuration, transport } = of
  await refuseListed(deps, { sandboxId: asked.sandboxId, to: asked.to })
  const { from, replyTo, sender, headers } = renderedSending(configuration, deps)
  const { sandboxName } = configuration
  const all = await createSigningKeys({ db: deps.pool, ...deps })(asked.sandboxId)
  const keys = signersOf(all, { from: from.address, kind: transport.kind })
  if (typeof keys === 'string') throw new Fault('resource_state', { detail: keys })
  const parts: EmailParts = {
    messageId: deps.newId(),
    domainForMessageId: domainOf(from.address),
    date: deps.clock.now(),
    fromName: from.name ?? '',
    fromAddress: from.address,
    to: { address: asked.to },
    subject: 'Test of a channel configuration',
    text: `${TEXT}\n`,
    headroom: keys.length * SIGNATURE_ROOM,
    ...(replyTo === null ? {} : { replyTo }),
    ...(sender === null ? {} : { sender }),
    headers: { ...headers, ...(sandboxName === undefined ? {} : { 'X-Carillon-Sandbox': sandboxName }) },
  }
  const envelope = { from: from.address, to: asked.to }
  return signed(
    { messageId: parts.messageId, envelope, raw: buildMime(parts), parts },
    keys,
    deps.clock.now(),
  )
}

type SmsConfiguration = Extract<SendingConfiguration, { channel: 'sms' }>

const testSms = async (of: MessageFor<SmsConfiguration>): Promise<RenderedMessage> => {
  const { deps, asked, configuration } = of
  const { sandboxId, to } = asked
  const { sender: from } = configuration
  const hash = createAddressHash(deps.secret)({ sandboxId, kind: 'phone', value: to })
  const [refuses] = await refusesSender(deps.pool, [{ sandboxId, sender: from, number: to, hash }])
  if (refuses === true)
    throw new Fault('resource_state', { detail: 'The number asked for no messages from this sender.' })
  const messageId = deps.newId()
  return { channel: 'sms', messageId, reference: `${messageId}.1.1`, from, to, text: SMS_TEXT }
}

const testPush = ({ deps, asked, configuration }: MessageFor<PushConfiguration>): RenderedMessage => ({
  ...{ channel: 'push', messageId: deps.newId(), generation: 1, attempt: 1 },
  ...{ sandboxId: asked.sandboxId, profileId: undefined, targets: targetsIn(asked.to) },
  notification: notificationOf({ ...EMPTY_PUSH, title: 'Carillon', body: SMS_TEXT }, configuration.shownBy),
})

const testMessage = async ({ configuration, ...of }: MessageFor<SendingConfiguration>) => {
  if (configuration.channel === 'email') return testMail({ configuration, ...of })
  if (configuration.channel === 'push') return testPush({ configuration, ...of })
  return testSms({ configuration, ...of })
}

/**
 * Sends it and waits for the answer. Nothing of it is in the ledger. Throws a fault when the configuration cannot make a
 * message without a person.
 */
export const testConfiguration = async (
  deps: ConfigurationTestDeps,
  asked: Asked,
): Promise<ProviderAnswer> => {
  const configuration = await sendingConfigurationById(deps.pool, asked.configurationId)
  const [transportId = ''] = configuration?.transportIds ?? []
  const transport = await transportById(deps.pool, transportId, deps.secret)
  if (configuration === undefined || transport === undefined) throw new Fault('not_found')
  const message = await testMessage({ deps, asked, configuration, transport })
  const channel = openTransport(transport, { sinks: deps.sinks, now: deps.clock.now })
  const outcome = await channel.send(message)
  await channel.close()
  return { ok: outcome.kind === 'accepted', code: outcome.code, answer: outcome.answer }
}
