/** How the secret members of a transport's settings are kept: each sealed by itself, by its path. Pure. */
import { treeOf } from '../lib/loose-json.ts'
import { seal } from '../lib/seal.ts'

/** Settings as they are written. */
export type Tree = Readonly<Record<string, unknown>>

/** Settings as a row has them. `sealedPassword`: the first secret of a kind, as an earlier release kept it. */
export type StoredTransport = Tree & {
  readonly sealedPassword?: string
  readonly sealedSecrets?: Readonly<Record<string, string>>
}

const stepsOf = (path: string): readonly [string, string | undefined] => {
  const [first = '', second] = path.split('.')
  return [first, second]
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The member at a path of one or two steps. */
export const memberAt = (tree: Tree, path: string): unknown => {
  const [first, second] = stepsOf(path)
  return second === undefined ? tree[first] : treeOf(tree[first])[second]
}

/** The tree with another member there; undefined: without it. */
export const withMember = (tree: Tree, path: string, value: unknown): Tree => {
  const [first, second] = stepsOf(path)
  if (second !== undefined) return { ...tree, [first]: withMember(treeOf(tree[first]), second, value) }
  const { [first]: _, ...rest } = tree
  return value === undefined ? rest : { ...rest, [first]: value }
}

/** The paths of the secrets that are stored. */
export const storedSecretsOf = (
  { sealedPassword, sealedSecrets = {} }: StoredTransport,
  paths: readonly string[],
): string[] =>
  paths.filter(
    (path, index) => sealedSecrets[path] !== undefined || (index === 0 && sealedPassword !== undefined),
  )

/**
 * Settings without their secrets, the secrets that were given, sealed, and the paths of those that were left out. An empty
 * secret is none.
 */
export const splitSecrets = (
  settings: Tree,
  paths: readonly string[],
  secret: string,
): {
  readonly rest: Tree
  readonly sealed: Readonly<Record<string, string>>
  readonly kept: readonly string[]
} => {
  let rest = settings
  const sealed: Record<string, string> = {}
  const kept: string[] = []
  for (const path of paths) {
    const [first, second] = stepsOf(path)
    const value = memberAt(settings, path)
    // What held the secret is gone, and the secret with it.
    const isHeld = second === undefined || isTree(settings[first])
    if (value === undefined && isHeld) kept.push(path)
    else if (typeof value === 'string' && value !== '') sealed[path] = seal(secret, value)
    if (second === undefined || first in settings)
      rest = value === undefined ? rest : withMember(rest, path, undefined)
  }
  return { rest, sealed, kept }
}

/** Stored settings with their secrets; undefined: one of them cannot be unsealed. */
export const withSecrets = (
  stored: StoredTransport,
  paths: readonly string[],
  open: (sealed: string) => string | undefined,
): Tree | undefined => {
  const { sealedPassword, sealedSecrets = {}, ...rest } = stored
  const [first = ''] = paths
  const all = { ...(sealedPassword === undefined ? {} : { [first]: sealedPassword }), ...sealedSecrets }
  let settings: Tree = rest
  for (const path of paths) {
    const sealed = all[path]
    if (sealed === undefined) continue
    const plain = open(sealed)
    if (plain === undefined) return undefined
    settings = withMember(settings, path, plain)
  }
  return settings
}
