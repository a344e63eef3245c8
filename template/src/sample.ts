/** Makes example data from a list of variables, for a first preview and a curl that can be pasted as it is. */
import { growTree, type VariableBranch } from './variable-tree.ts'
import type { TemplateVariable } from './variable-uses.ts'

/** Plain JSON, as it goes into a request. */
export type Sample = string | number | boolean | readonly Sample[] | { readonly [key: string]: Sample }

/** Example data by namespace; both are present even where nothing is used. */
export interface SamplePayload {
  readonly profile: { readonly [key: string]: Sample }
  readonly context: { readonly [key: string]: Sample }
}

/** Nested example objects that fill every variable with a readable value; a list gets two elements. */
export const samplePayload = (variables: readonly TemplateVariable[]): SamplePayload => {
  const top = growTree(variables)
  const of = (root: string) => {
    const branch = top.parts.get(root)
    return branch === undefined ? {} : toObject(branch, 1)
  }
  return { profile: of('profile'), context: of('context') }
}

const toObject = (branch: VariableBranch, ordinal: number): { readonly [key: string]: Sample } =>
  Object.fromEntries(
    [...branch.parts]
      .filter(([key]) => key !== '__proto__')
      .map(([key, part]) => [key, toSample(part, { name: key, ordinal })]),
  )

interface Spot {
  readonly name: string
  /** 1 for the first element of a list, 2 for the second. */
  readonly ordinal: number
}

const toSample = (branch: VariableBranch, spot: Spot): Sample => {
  if (branch.parts.size > 0) return toObject(branch, spot.ordinal)
  const element = branch.element
  if (element !== null) return [1, 2].map(ordinal => toSample(element, { ...spot, ordinal }))
  const { variable } = branch
  if (variable?.usage === 'list') return [1, 2].map(ordinal => toScalar(variable, { ...spot, ordinal }))
  return toScalar(variable, spot)
}

const toScalar = (variable: TemplateVariable | null, spot: Spot): Sample => {
  if (variable?.example !== undefined) return variable.example
  if (variable?.type === 'boolean') return true
  const text = toText(spot)
  if (variable?.type !== 'number') return text
  const number = Number(text)
  return Number.isFinite(number) ? number : spot.ordinal
}

/** What a name promises, told by its words; the first that fits. */
const EXAMPLES: readonly (readonly [RegExp, readonly [string, string]])[] = [
  [/e ?mail/, ['ada@example.com', 'grace@example.com']],
  [/first ?name|given name|\bnick ?name/, ['Ada', 'Grace']],
  [/last ?name|family name|surname/, ['Lovelace', 'Hopper']],
  [/full ?name|(person|customer|user) name/, ['Ada Lovelace', 'Grace Hopper']],
  [/phone|mobile/, ['+14155550100', '+14155550101']],
  [/\b(date|day|birthday|expiry|expires)\b/, ['2026-03-01', '2026-03-02']],
  [/\b(time|timestamp|at)$/, ['2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z']],
  [/\b(price|total|subtotal|amount|cost|sum|balance|fee)\b/, ['49.90', '19.50']],
  [/\b(quantity|qty|count|points|stock)\b/, ['1', '2']],
  [/\b(code|pin|otp)\b/, ['123456', '654321']],
  [/\b(percent|percentage|discount)\b/, ['10', '20']],
  [/\b(number|id|reference|sku)\b/, ['10023', '10024']],
  [/\bcurrency\b/, ['EUR', 'USD']],
  [/\bcountry\b/, ['GB', 'US']],
  [/\bcity\b/, ['London', 'New York']],
  [/\blanguage\b/, ['en', 'nl']],
]

const toText = (spot: Spot): string => {
  const words = toWords(spot.name)
  if (/\b(link|url|uri|href)\b/.test(words))
    return `https://example.com/${words.trim().replace(/[^\p{L}\p{N}]+/gu, '-')}`
  if (/\b(image|photo|picture|logo)\b/.test(words)) return 'https://example.com/image.png'
  const known = EXAMPLES.find(([pattern]) => pattern.test(words))?.[1]
  if (known !== undefined) return spot.ordinal === 2 ? known[1] : known[0]
  return spot.ordinal === 2 ? `Another ${words}` : `Sample ${words}`
}

/** `trackingLink`, `tracking_link` and `tracking-link` are all "tracking link". */
const toWords = (name: string): string =>
  name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/[_\-.:]+/g, ' ')
    .toLowerCase()
    .trim()
