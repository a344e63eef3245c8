/**
 * Messages of Amazon SNS, believed only by their signature: the certificate comes from an SNS host of Amazon, the topic is
 * the one that a person named, for anybody may have a topic of their own. Fetching is a parameter.
 */
import { createVerify, X509Certificate } from 'node:crypto'

/** What SNS posts; every member is a text. */
export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'
  readonly MessageId: string
  readonly TopicArn: string
  readonly Message: string
  readonly Timestamp: string
  readonly SignatureVersion: string
  readonly Signature: string
  readonly SigningCertURL: string
  readonly Subject?: string
  readonly Token?: string
  readonly SubscribeURL?: string
}

/** Reads a text from an address of Amazon; rejects when it cannot. */
export type FetchText = (url: string) => Promise<string>

const NEEDED = [
  ...['MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'],
] as const
const TYPES = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const

/** The message of a body; undefined: it is none. */
export const readSnsMessage = (body: Buffer): SnsMessage | undefined => {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null) return undefined
    const members = parsed as Readonly<Record<string, unknown>>
    const isWhole = NEEDED.every(name => typeof members[name] === 'string')
    const isKnown = TYPES.some(type => type === members['Type'])
    const optional = ['Subject', 'Token', 'SubscribeURL']
    const isText = optional.every(name => ['string', 'undefined'].includes(typeof members[name]))
    return isWhole && isKnown && isText ? (members as unknown as SnsMessage) : undefined
  } catch {
    return undefined
  }
}

/** An address of an SNS host of Amazon, by https and nothing beside; undefined: it is another's. */
export const amazonUrl = (text: string): URL | undefined => {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isTheirs =
    url.protocol === 'https:' && /^sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?$/.test(url.hostname)
  return isTheirs && url.port === '' && url.username === '' && url.password === '' ? url : undefined
}

// The members that are signed, in the order of the alphabet, each with its name on a line of its own.
const signedText = (message: SnsMessage): string => {
  const names =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const)
  return names.flatMap(name => (message[name] === undefined ? [] : `${name}\n${message[name]}\n`)).join('')
}

const ALGORITHMS: Readonly<Record<string, string>> = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' }

const isValidAt = (certificate: X509Certificate, now: Date): boolean =>
  new Date(certificate.validFrom) <= now && now <= new Date(certificate.validTo)

const verifies = (message: SnsMessage, pem: string, now: Date): boolean => {
  const algorithm = ALGORITHMS[message.SignatureVersion]
  if (algorithm === undefined) return false
  try {
    const certificate = new X509Certificate(pem)
    if (!isValidAt(certificate, now)) return false
    return createVerify(algorithm)
      .update(signedText(message), 'utf8')
      .verify(certificate.publicKey, message.Signature, 'base64')
  } catch {
    return false
  }
}

const MOST_CERTIFICATES = 20

/** Verifies messages; certificates are kept, for Amazon changes them once a year. Rejects when one cannot be read. */
export const createSnsVerifier = (fetchText: FetchText) => {
  const certificates = new Map<string, string>()
  const certificateAt = async (url: string): Promise<string> => {
    const kept = certificates.get(url)
    if (kept !== undefined) return kept
    const pem = await fetchText(url)
    if (certificates.size >= MOST_CERTIFICATES) certificates.clear()
    certificates.set(url, pem)
    return pem
  }
  return async (message: SnsMessage, now: Date): Promise<boolean> => {
    const url = amazonUrl(message.SigningCertURL)
    if (url === undefined || !/^\/SimpleNotificationService-[\w-]{1,100}\.pem$/.test(url.pathname))
      return false
    if (url.search !== '' || url.hash !== '') return false
    return verifies(message, await certificateAt(url.href), now)
  }
}
/** Verifies messages. */
export type SnsVerifier = ReturnType<typeof createSnsVerifier>
