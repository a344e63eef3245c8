/** What an SMTP server offers beyond RFC 821. Pure. */

/** What the server said it can do, after TLS where there is TLS. */
export interface Extensions {
  readonly pipelining: boolean
  readonly startTls: boolean
  readonly eightBitMime: boolean
  readonly smtpUtf8: boolean
  /** Whether it wants to be told the size, and the largest it takes (0: it does not say). */
  readonly size: boolean
  readonly maxSize: number
  /** Log-in mechanisms, in capitals. */
  readonly auth: readonly string[]
}

/** What a server that knows no EHLO can do. */
export const NO_EXTENSIONS: Extensions = {
  pipelining: false,
  startTls: false,
  eightBitMime: false,
  smtpUtf8: false,
  size: false,
  maxSize: 0,
  auth: [],
}

/** Reads a whole EHLO reply: behind its first line, each has a keyword and parameters. */
export const readExtensions = (words: string): Extensions => {
  const offers = new Map<string, readonly string[]>()
  for (const line of words.toUpperCase().split('\n').slice(1)) {
    // AUTH= is how servers wrote it before the standard, and some still do beside it.
    const [keyword = '', ...parameters] = line
      .slice(4)
      .trim()
      .split(/[\s=]+/)
    offers.set(keyword, [...(offers.get(keyword) ?? []), ...parameters])
  }
  return {
    pipelining: offers.has('PIPELINING'),
    startTls: offers.has('STARTTLS'),
    eightBitMime: offers.has('8BITMIME'),
    smtpUtf8: offers.has('SMTPUTF8'),
    size: offers.has('SIZE'),
    maxSize: Number(/^\d{1,15}$/.exec(offers.get('SIZE')?.[0] ?? '')?.[0] ?? 0),
    auth: offers.get('AUTH') ?? [],
  }
}
