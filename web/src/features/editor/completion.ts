/** What can be typed at a place of a template. Pure: text and knowledge in, offers out; CodeMirror is told by `offers.ts`. */
import {
  FUNCTIONS,
  type FunctionSpec,
  HELPERS,
  LOOP_NAMES,
  type SchemaPath,
  signatureOf,
} from '@carillon/template'
import { type Known, pathsAround, type SchemaRoot } from './knowledge.ts'
import { type OpenBlock, type ScopeNames, scopeBefore, wholePath } from './names-in-scope.ts'
import { BLOCK_STARTS, HELPER_STARTS, STATEMENT_STARTS, type Start } from './starts.ts'
import { type OpenTag, openTagAt } from './tags.ts'

/** One offer. `insert` is text, or a snippet with `#{fields}`; `whole` replaces the tag, not only the word. */
export interface Offer {
  readonly label: string
  readonly kind: 'path' | 'function' | 'variable' | 'keyword' | 'helper' | 'fragment' | 'table'
  readonly detail?: string
  readonly info?: string
  readonly insert?: string
  readonly whole?: boolean
  /** Higher comes first where several fit alike. */
  readonly rank?: number
}

/** The offers for the text from `from` on; `tag` is the tag around, null where there is none. */
export interface Offers {
  readonly from: number
  readonly tag: OpenTag | null
  readonly offers: readonly Offer[]
}

interface Place {
  readonly tag: OpenTag
  readonly inside: string
  readonly place: number
  readonly scope: ScopeNames
  readonly knowledge: Known
}

/** The offers at a place, or null. `asked` is true for Ctrl-Space: outside of tags it offers whole tags. */
export const offersAt = (
  source: string,
  place: number,
  options: { readonly knowledge: Known; readonly asked: boolean },
): Offers | null => {
  const tag = openTagAt(source, place)
  if (tag === null) {
    const starts = [...BLOCK_STARTS, ...STATEMENT_STARTS, ...HELPER_STARTS].map(fromStart)
    return options.asked ? { from: place, tag, offers: starts } : null
  }
  const inside = source.slice(tag.bodyStart, place)
  return insideTag({
    tag,
    inside,
    place,
    scope: scopeBefore(source, tag.start),
    knowledge: options.knowledge,
  })
}

const insideTag = (at: Place): Offers | null => {
  const result = (typed: string, offers: readonly Offer[]): Offers => ({
    from: at.place - typed.length,
    tag: at.tag,
    offers,
  })
  const quoted = openQuote(at.inside)
  if (quoted !== null) {
    const before = at.inside.slice(0, -quoted.length - 1)
    if (isFragmentId(before)) return result(quoted, fragmentOffers(at, ''))
    return isDatasetId(before) ? result(quoted, tableOffers(at, '')) : null
  }
  const loop = /@[\p{L}]*$/u.exec(at.inside)
  if (loop !== null) return inLoop(at) ? result(loop[0], LOOP_OFFERS) : null
  const start = /^\s*([#/=]?\s*[\p{L}]*)$/u.exec(at.inside)
  if (start?.[1] !== undefined) return result(start[1].replace(/^=\s*/, ''), startOffers(at, start[1]))
  const path = /([\p{L}_$`][^\s(),"'|+*/%!<>=?]*\.)([^\s.(),"'|+*/%!<>=?]*)$/u.exec(at.inside)
  if (path?.[1] !== undefined) return result(path[2] ?? '', childOffers(at, path[1].slice(0, -1)))
  const word = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(at.inside)?.[0] ?? ''
  if (isFragmentId(at.inside.slice(0, at.inside.length - word.length)))
    return result(word, [...fragmentOffers(at, "'"), ...valueOffers(at)])
  if (isDatasetId(at.inside.slice(0, at.inside.length - word.length)))
    return result(word, tableOffers(at, '"'))
  return result(word, [...hashOffers(at), ...valueOffers(at), ...WORD_OFFERS])
}

/** The text of a string that is still open at the end, or null. */
const openQuote = (inside: string): string | null => {
  const rest = inside.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '')
  return /["']([^"'\n]*)$/.exec(rest)?.[1] ?? null
}

const isFragmentId = (inside: string): boolean => /^\s*fragment\b.*\bid\s*=\s*$/su.test(inside)

const isDatasetId = (inside: string): boolean => /^\s*datasetLookup\b.*\bdatasetId\s*=\s*$/su.test(inside)

const inLoop = (at: Place): boolean => at.scope.blocks.some(block => block.name === 'each')

const LOOP_OFFERS: readonly Offer[] = LOOP_NAMES.map(name => ({ label: `@${name}`, kind: 'variable' }))
const WORD_OFFERS: readonly Offer[] = ['and', 'or', 'not', 'true', 'false', 'null'].map(label => ({
  label,
  kind: 'keyword',
  rank: -2,
}))

const fromStart = ({ label, detail, insert }: Start): Offer => ({
  label,
  kind: 'keyword',
  detail,
  insert,
  whole: true,
  rank: 1,
})

const startOffers = (at: Place, typed: string): readonly Offer[] => {
  const { layer } = at.tag
  const isTriple = at.tag.wanted === '}}}'
  if (typed.startsWith('=')) return [...valueOffers(at), ...WORD_OFFERS]
  const blocks = BLOCK_STARTS.filter(start => start.layer === layer).map(fromStart)
  if (typed.startsWith('#')) return blocks
  if (typed.startsWith('/')) return closeOffers(at)
  if (isTriple) return valueOffers(at)
  const middle = elseOffers(at)
  if (layer === 'pql') return [...STATEMENT_STARTS.map(fromStart), ...blocks, ...middle, ...closeOffers(at)]
  return [
    ...valueOffers(at),
    ...HELPER_STARTS.map(start => ({ ...fromStart(start), kind: 'helper' as const })),
    ...blocks,
    ...middle,
    ...closeOffers(at),
  ]
}

const innermost = (at: Place): OpenBlock | undefined =>
  at.scope.blocks.findLast(block => block.layer === at.tag.layer)

const closeOffers = (at: Place): readonly Offer[] => {
  const block = innermost(at)
  return block === undefined ? [] : [{ label: `/${block.name}`, kind: 'keyword', rank: 2 }]
}

const elseOffers = (at: Place): readonly Offer[] => {
  const block = innermost(at)
  if (block === undefined || block.name === 'inline') return []
  const plain: Offer = { label: 'else', kind: 'keyword', rank: 2 }
  return block.name === 'if'
    ? [plain, { label: 'else if', kind: 'keyword', rank: 1, insert: 'else if ' }]
    : [plain]
}

const fragmentOffers = (at: Place, quote: string): readonly Offer[] =>
  at.knowledge.fragments.map(({ key, name }) => ({
    label: name,
    kind: 'fragment',
    detail: key,
    insert: `${quote}${key}${quote}`,
    rank: 3,
  }))

const tableOffers = (at: Place, quote: string): readonly Offer[] =>
  (at.knowledge.tables ?? []).map(({ name, columns }) => ({
    label: name,
    kind: 'table',
    detail: columns.map(column => column.name).join(', '),
    insert: `${quote}${name}${quote}`,
    rank: 3,
  }))

const hashOffers = (at: Place): readonly Offer[] => {
  if (at.tag.layer === 'pql') return []
  const helper = /^\s*(\p{L}+)\s/u.exec(at.inside)?.[1] ?? ''
  const names = Object.entries(HELPERS).find(([name]) => name === helper)?.[1] ?? []
  return names
    .filter(name => !new RegExp(String.raw`\b${name}\s*=`).test(at.inside))
    .map(name => ({ label: `${name}=`, kind: 'keyword', rank: 2 }))
}

/** Everything that has a value: data, variables, the item's own names, functions. */
const valueOffers = (at: Place): readonly Offer[] => [
  ...rootOffers(at),
  ...scopeOffers(at),
  ...[...FUNCTIONS].map(([name, spec]) => functionOffer(name, spec)),
]

const rootOffers = (at: Place): readonly Offer[] => {
  const roots =
    at.knowledge.forbidProfile === true ? (['context'] as const) : (['profile', 'context'] as const)
  const shallow = roots.map((root): Offer => ({ label: root, kind: 'path', rank: 1 }))
  // Whole paths too: who knows the name of the attribute need not know where it stands.
  const deep = roots.flatMap(root =>
    pathsOf(at.knowledge, root)
      .filter(({ path }) => !path.includes('[]'))
      .map(one => pathOffer(at.tag, one, one.path)),
  )
  return [...shallow, ...deep]
}

const scopeOffers = (at: Place): readonly Offer[] => {
  const { blocks, variables } = at.scope
  const names = blocks.flatMap(({ alias, index }) => [alias, index]).filter(name => name !== null)
  const items = blocks.filter(block => block.name === 'each' || block.name === 'with')
  const own = items.length > 0 ? ['this', ...names] : names
  const inItem = items.at(-1)?.path ?? null
  return [
    ...[...own, ...variables.keys()].map((label): Offer => ({ label, kind: 'variable', rank: 1 })),
    ...(inItem === null ? [] : childrenOf(at, inItem)),
  ]
}

const childOffers = (at: Place, written: string): readonly Offer[] => {
  const whole = wholePath(written, at.scope)
  return whole === null ? [] : childrenOf(at, whole)
}

const bare = (path: string): string => path.replaceAll('[]', '').replaceAll('`', '')

const pathsOf = ({ forbidProfile, paths }: Known, root: SchemaRoot): readonly SchemaPath[] =>
  root === 'profile' && forbidProfile === true ? [] : paths[root]

const pathsBelow = (known: Known, whole: string): readonly SchemaPath[] =>
  whole.startsWith('profile') ? pathsOf(known, 'profile') : pathsAround(known, whole)

/** The names directly below a path; elements of lists are passed through. */
const childrenOf = (at: Place, whole: string): readonly Offer[] => {
  const parent = `${bare(whole.replace(/\[\d+\]/g, '[]'))}.`
  return pathsBelow(at.knowledge, whole).flatMap(one => {
    const path = bare(one.path)
    const name = path.startsWith(parent) ? path.slice(parent.length) : ''
    const isDirect =
      name !== '' && !one.path.endsWith('[]') && (/^\[[^\]]*\]$/.test(name) || !name.includes('.'))
    return isDirect ? [pathOffer(at.tag, one, name)] : []
  })
}

const pathOffer = (tag: OpenTag, { type, description }: SchemaPath, name: string): Offer => ({
  label: inLayer(name, tag.layer),
  kind: 'path',
  detail: type,
  ...(description === undefined ? {} : { info: description }),
})

/** `[order-total]` is a name in Handlebars; PQL wants backticks. */
const inLayer = (name: string, layer: OpenTag['layer']): string =>
  layer === 'handlebars' ? name : name.replace(/\[([^\]]+)\]/g, '`$1`')

const functionOffer = (name: string, spec: FunctionSpec): Offer => {
  const fields = spec.params.filter(param => param.kind === undefined).map(param => `#{${param.name}}`)
  return {
    label: name,
    kind: 'function',
    detail: signatureOf(spec),
    info: spec.summary,
    insert: `${name}(${fields.length === 0 ? '#{}' : fields.join(', ')})`,
    rank: -1,
  }
}
