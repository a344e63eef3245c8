/** From a stored transport to its channel, or to a look whether it lets us in. The one place that knows all kinds. */
import type { ProviderAnswer, SmtpSettings } from '@carillon/contract'
import type { TransportRow } from '../campaigns/transport.store.ts'
import type { Channel } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import {
  checkSendgrid,
  createSendgridChannel,
  type SendgridOptions,
} from '../channels/email/sendgrid/sendgrid.ts'
import { checkSes, createSesChannel, type SesOptions } from '../channels/email/ses/ses.ts'
import { createSmtpChannel, type SmtpChannelOptions } from '../channels/email/smtp.ts'
import { checkSmtp } from '../channels/email/smtp-connection.ts'
import { STAND_IN_SENDGRID_KEY, STAND_IN_SES } from '../channels/sandbox/http-sink.ts'

/** Where the sandbox's stand-ins listen, on loopback. */
export interface SandboxPorts {
  readonly smtp: number
  readonly http: number
}

/** What a channel is opened with. */
export interface OpenContext {
  readonly sinks: SandboxPorts
  readonly now: () => Date
}

/** Messages on their way at once where a transport says nothing. */
export const SLOTS = 10

const domainConnectionsOf = ({ domainLimits = [] }: Pick<SmtpSettings, 'domainLimits'>) =>
  new Map(
    domainLimits.flatMap(({ domain, connections }) =>
      typeof connections === 'number' ? [[domain.toLowerCase(), connections] as const] : [],
    ),
  )

const smtpOptions = (smtp: SmtpSettings): SmtpChannelOptions => {
  const { host, port, security, user, password, connections, minimumTls, ca } = smtp
  return {
    host,
    port,
    secure: security === 'tls',
    ...(security === 'starttls' ? { requireTls: true } : {}),
    ...(security === 'none' ? { ignoreTls: true, requireTls: false } : {}),
    // Without a log-in there is nothing to lose to an impostor that plain text would not lose.
    ...(security === 'opportunistic' && !user ? { requireTls: false, allowInvalidCertificates: true } : {}),
    ...(minimumTls === undefined ? {} : { minimumTls }),
    ...(ca ? { ca } : {}),
    connections: connections ?? SLOTS,
    domainConnections: domainConnectionsOf(smtp),
    ...(user ? { auth: { user, pass: password ?? '' } } : {}),
  }
}

const sesOptions = ({ ses }: TransportRow, { sinks, now }: OpenContext): SesOptions => {
  if (ses === null || ses === undefined)
    return { ...STAND_IN_SES, endpoint: `http://127.0.0.1:${sinks.http}`, connections: SLOTS, now }
  const { region, accessKeyId, secretAccessKey, configurationSet, endpoint, connections } = ses
  return {
    ...{
      region,
      accessKeyId,
      secretAccessKey: secretAccessKey ?? '',
      connections: connections ?? SLOTS,
      now,
    },
    ...(configurationSet ? { configurationSet } : {}),
    ...(endpoint ? { endpoint } : {}),
  }
}

const sendgridOptions = ({ sendgrid }: TransportRow, { sinks, now }: OpenContext): SendgridOptions => {
  const standIn = { region: 'global', endpoint: `http://127.0.0.1:${sinks.http}` } as const
  if (sendgrid === null || sendgrid === undefined)
    return { ...standIn, apiKey: STAND_IN_SENDGRID_KEY, connections: SLOTS, now }
  const { region, apiKey, ipPool, endpoint, connections } = sendgrid
  return {
    ...{ region, apiKey: apiKey ?? '', connections: connections ?? SLOTS, now },
    ...(ipPool ? { ipPool } : {}),
    ...(endpoint ? { endpoint } : {}),
  }
}

const isSes = ({ kind }: TransportRow): boolean => kind === 'ses' || kind === 'sandbox_ses'
const isSendgrid = ({ kind }: TransportRow): boolean => kind === 'sendgrid' || kind === 'sandbox_sendgrid'
const smtpOf = ({ smtp }: TransportRow, { sinks }: OpenContext): SmtpChannelOptions =>
  smtp === null ? { host: '127.0.0.1', port: sinks.smtp, connections: SLOTS } : smtpOptions(smtp)

/** Opens the channel of a transport; its first connection comes with its first send. */
export const openTransport = (transport: TransportRow, context: OpenContext): Channel<RenderedEmail> => {
  if (isSes(transport)) return createSesChannel(sesOptions(transport, context))
  if (isSendgrid(transport)) return createSendgridChannel(sendgridOptions(transport, context))
  return createSmtpChannel(smtpOf(transport, context))
}

/** Looks whether the provider lets us in, and what it says. Hands nothing over. */
export const checkTransport = (transport: TransportRow, context: OpenContext): Promise<ProviderAnswer> => {
  if (isSes(transport)) return checkSes(sesOptions(transport, context))
  if (isSendgrid(transport)) return checkSendgrid(sendgridOptions(transport, context))
  return checkSmtp(smtpOf(transport, context))
}
