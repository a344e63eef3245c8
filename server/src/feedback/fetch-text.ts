/** Reads a short text from an address that was checked before. It follows no redirect, and waits and reads only so much. */
import type { FetchText } from './sns.ts'

const WAIT_MS = 5_000
const MOST_BYTES = 65_536

/** Reads it by HTTP; rejects on any other answer than 200. */
export const fetchText: FetchText = async url => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(WAIT_MS) })
  if (response.status !== 200) throw new Error(`${new URL(url).host} answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error(`${new URL(url).host} answered too much`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
