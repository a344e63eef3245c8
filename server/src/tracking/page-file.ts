/** Mirror pages as they are kept: compressed, for a mail is mostly markup. */
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** A page for keeping. Compressed beside the event loop. */
export const packPage = (html: string): Promise<Buffer> => pack(html, { level: 6 })

// A rendered mail has a limit, and so has what comes out of here.
const MOST_BYTES = 32_000_000

/** A kept page. */
export const unpackPage = async (packed: Buffer): Promise<string> =>
  (await unpack(packed, { maxOutputLength: MOST_BYTES })).toString('utf8')
