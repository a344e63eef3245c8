/**
 * What a provider of one's own posts: JSON, mapped by paths. Believed for an HMAC of the body in a header where one is set
 * up, else for the secret in the address or a bearer token.
 */
import type { CustomSmsInbound, CustomSmsReport } from '@carillon/contract'
import { momentOf } from '../../../lib/loose-json.ts'
import { bodyTree, textOf, valueAt } from '../answers.ts'
import {
  type Genuineness,
  headerOf,
  hmacOf,
  isSame,
  keyOfBody,
  NOTHING,
  referenceOf,
  type SmsCall,
  type SmsCallContent,
  type SmsCallReader,
  type SmsReport,
  verifyToken,
} from '../callbacks.ts'

/** How a provider calls: paths as in `valueAt`, empty where it has none. `signature`: the header with the HMAC-SHA256 of the body, and its secret. */
export interface CustomCallMap {
  readonly report: CustomSmsReport | null
  readonly inbound: CustomSmsInbound | null
  readonly signature: { readonly header: string; readonly secret: string } | null
}

const verify = (call: SmsCall, map: CustomCallMap, token: string): Genuineness => {
  const { signature } = map
  if (signature === null) return verifyToken(call, token)
  // Providers write it plain or after a name, as in "sha256=…"; in hexadecimal or base64.
  const given = headerOf(call, signature.header).replace(/^sha256=/i, '')
  const isMade = (encoding: 'hex' | 'base64'): boolean =>
    isSame(given, hmacOf(signature.secret, { hash: 'sha256', encoding }, [call.body]))
  if (given === '' || signature.secret === '' || !(isMade('hex') || isMade('base64')))
    return { genuine: false }
  return { genuine: true, key: keyOfBody(call, token), at: null }
}

const folded = (text: string): string => text.trim().toLowerCase()

const kindOf = (status: string, map: CustomSmsReport): SmsReport['kind'] | undefined => {
  const isIn = (statuses: readonly string[]): boolean => statuses.some(one => folded(one) === folded(status))
  if (isIn(map.deliveredStatuses)) return 'delivered'
  return isIn(map.failedStatuses) ? 'bounce' : undefined
}

const at = (tree: unknown, path: string): string => (path === '' ? '' : textOf(valueAt(tree, path)))

interface Read {
  readonly tree: unknown
  /** The hand-over that the address names. */
  readonly reference: string
}

const reportOf = ({ tree, reference }: Read, map: CustomSmsReport): SmsReport | undefined => {
  const status = at(tree, map.statusPath)
  const kind = status === '' ? undefined : kindOf(status, map)
  if (kind === undefined) return undefined
  const code = at(tree, map.codePath)
  return {
    reference: at(tree, map.referencePath) || reference,
    ...{ kind, code: kind === 'bounce' ? 1 : null, status: code, answer: status, at: null },
  }
}

const read = (call: SmsCall, map: CustomCallMap, token: string): SmsCallContent | undefined => {
  const { report, inbound } = map
  const tree = bodyTree(call.body.toString('utf8'))
  if (Object.keys(tree).length === 0) return undefined
  const told = report === null ? undefined : reportOf({ tree, reference: referenceOf(call, token) }, report)
  if (told !== undefined) return { reports: [told], inbound: [] }
  if (inbound === null) return NOTHING
  const [from, text] = [at(tree, inbound.fromPath), at(tree, inbound.textPath)]
  if (from === '') return NOTHING
  const said = {
    ...{ providerId: at(tree, inbound.idPath), from, to: at(tree, inbound.toPath), text },
    at: momentOf(inbound.timePath === '' ? undefined : valueAt(tree, inbound.timePath)),
  }
  return { reports: [], inbound: [said] }
}

/** Reads calls of a provider. */
export const customCalls = (map: CustomCallMap, token: string): SmsCallReader => ({
  verify: call => verify(call, map, token),
  read: call => read(call, map, token),
})
