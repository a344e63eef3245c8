/** A Google service account, as the JSON file that the Firebase console gives. Pure. */
import { createPrivateKey, type KeyObject } from 'node:crypto'

/** What of it is used. */
export interface ServiceAccount {
  readonly projectId: string
  readonly clientEmail: string
  readonly privateKeyId: string | undefined
  readonly privateKey: KeyObject
}

const textOf = (tree: Record<string, unknown>, name: string): string => {
  const value = tree[name]
  if (typeof value !== 'string' || value === '') throw new TypeError(`"${name}" is missing`)
  return value
}

const PROJECT = /^[a-z][a-z0-9-]{4,61}[a-z0-9]$/

const keyOf = (pem: string): KeyObject => {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new TypeError('"private_key" cannot be read')
  }
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('"private_key" is no RSA key')
  return key
}

/** Reads the file. Throws a TypeError that says what is wrong with it, and never a secret of it. */
export const readServiceAccount = (json: string): ServiceAccount => {
  let tree: unknown
  try {
    tree = JSON.parse(json)
  } catch {
    throw new TypeError('It is no JSON')
  }
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree))
    throw new TypeError('It is no JSON object')
  const file = tree as Record<string, unknown>
  if (file['type'] !== 'service_account') throw new TypeError('"type" must be "service_account"')
  const projectId = textOf(file, 'project_id')
  if (!PROJECT.test(projectId)) throw new TypeError('"project_id" is no id of a project')
  const keyId = file['private_key_id']
  return {
    projectId,
    clientEmail: textOf(file, 'client_email'),
    privateKeyId: typeof keyId === 'string' ? keyId : undefined,
    privateKey: keyOf(textOf(file, 'private_key')),
  }
}
