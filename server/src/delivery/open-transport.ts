/** From a stored transport to its channel, or to a look whether it lets us in. The one place that knows all kinds. */
import { type ProviderAnswer, type ProviderKind, providerOf, type SmtpSettings } from '@carillon/contract'
import type { TransportRow } from '../campaigns/transport.store.ts'
import type { Channel } from '../channels/channel.ts'
import {
  checkSendgrid,
  createSendgridChannel,
  type SendgridOptions,
} from '../channels/email/sendgrid/sendgrid.ts'
import { checkSes, createSesChannel, type SesOptions } from '../channels/email/ses/ses.ts'
import { createSmtpChannel, type SmtpChannelOptions } from '../channels/email/smtp.ts'
import { checkSmtp } from '../channels/email/smtp-connection.ts'
import { carrying, type RenderedMessage } from '../channels/rendered.ts'
import { STAND_IN_SENDGRID_KEY, STAND_IN_SES } from '../channels/sandbox/http-sink.ts'
import { OPEN_PUSH } from './open-push.ts'
import { OPEN_SMS } from './open-sms.ts'
import { domainConnectionsOf, type OpenContext, type Opener, SLOTS } from './opener.ts'

const smtpOptions = (smtp: SmtpSettings): SmtpChannelOptions => {
  const { host, port, security, user, password, connections, minimumTls, ca } = smtp
  const isOpportunistic = security === 'opportunistic'
  return {
    host,
    port,
    secure: security === 'tls',
    ...(security === 'starttls' ? { requireTls: true } : {}),
    ...(security === 'none' ? { ignoreTls: true, requireTls: false } : {}),
    ...(isOpportunistic ? { requireTls: false } : {}),
    // Without a log-in there is nothing to lose to an impostor that plain text would not lose.
    ...(isOpportunistic && !user && !ca ? { allowInvalidCertificates: true } : {}),
    ...(minimumTls === undefined ? {} : { minimumTls }),
    ...(ca ? { ca } : {}),
    connections: connections ?? SLOTS,
    domainConnections: domainConnectionsOf(smtp),
    ...(user ? { auth: { user, pass: password ?? '' } } : {}),
  }
}

const sesOptions = ({ ses }: TransportRow, { sinks, now }: OpenContext): SesOptions => {
  if (ses === undefined)
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
    domainConnections: domainConnectionsOf(ses),
    ...(configurationSet ? { configurationSet } : {}),
    ...(endpoint ? { endpoint } : {}),
  }
}

const sendgridOptions = ({ sendgrid }: TransportRow, { sinks, now }: OpenContext): SendgridOptions => {
  const standIn = { region: 'global', endpoint: `http://127.0.0.1:${sinks.http}` } as const
  if (sendgrid === undefined) return { ...standIn, apiKey: STAND_IN_SENDGRID_KEY, connections: SLOTS, now }
  const { region, apiKey, ipPool, endpoint, connections } = sendgrid
  return {
    ...{ region, apiKey: apiKey ?? '', connections: connections ?? SLOTS, now },
    domainConnections: domainConnectionsOf(sendgrid),
    ...(ipPool ? { ipPool } : {}),
    ...(endpoint ? { endpoint } : {}),
  }
}

const smtpOf = ({ smtp }: TransportRow, { sinks }: OpenContext): SmtpChannelOptions =>
  smtp === undefined ? { host: '127.0.0.1', port: sinks.smtp, connections: SLOTS } : smtpOptions(smtp)

const OPENERS: Readonly<Record<ProviderKind, Opener>> = {
  smtp: {
    open: (row, context) => carrying('email', createSmtpChannel(smtpOf(row, context))),
    check: (row, context) => checkSmtp(smtpOf(row, context)),
  },
  ses: {
    open: (row, context) => carrying('email', createSesChannel(sesOptions(row, context))),
    check: (row, context) => checkSes(sesOptions(row, context)),
  },
  sendgrid: {
    open: (row, context) => carrying('email', createSendgridChannel(sendgridOptions(row, context))),
    check: (row, context) => checkSendgrid(sendgridOptions(row, context)),
  },
  ...OPEN_SMS,
  ...OPEN_PUSH,
}

/** Opens the channel of a transport; its first connection comes with its first send. */
export const openTransport = (transport: TransportRow, context: OpenContext): Channel<RenderedMessage> =>
  OPENERS[providerOf(transport.kind)].open(transport, context)

/** Looks whether the provider lets us in, and what it says. Hands nothing over. */
export const checkTransport = (transport: TransportRow, context: OpenContext): Promise<ProviderAnswer> =>
  OPENERS[providerOf(transport.kind)].check(transport, context)
