/** The columns of a CSV file: what they seem to be, and what is wrong with a mapping. Pure. */
import type { ColumnMapping, ImportMapping } from '@carillon/contract'
import type { Problem } from '../lib/fault.ts'

type Meaning = Omit<ColumnMapping, 'column'>

const identity = (to: string): Meaning => ({ kind: 'identity', to, type: 'text' })
const attribute = (to: string, type: ColumnMapping['type'] = 'text'): Meaning => ({
  kind: 'attribute',
  to,
  type,
})
const plain = (kind: 'ignore' | 'identities' | 'attributes'): Meaning => ({ kind, to: '', type: 'text' })

// By the letters and digits of the name, in lower case.
const KNOWN: ReadonlyMap<string, Meaning> = new Map([
  ...['email', 'emailaddress', 'mail', 'mailadres', 'emailadres'].map(
    name => [name, identity('email')] as const,
  ),
  ...['phone', 'phonenumber', 'mobile', 'mobilephone', 'telefoon', 'mobiel', 'telefoonnummer'].map(
    name => [name, identity('phone')] as const,
  ),
  ...['crmid', 'customerid', 'personid', 'klantnummer', 'customernumber'].map(
    name => [name, identity('crmid')] as const,
  ),
  ['ecid', identity('ecid')],
  ...['firstname', 'givenname', 'voornaam'].map(name => [name, attribute('person.name.firstName')] as const),
  ...['lastname', 'surname', 'familyname', 'achternaam'].map(
    name => [name, attribute('person.name.lastName')] as const,
  ),
  ...['birthdate', 'dateofbirth', 'geboortedatum'].map(
    name => [name, attribute('person.birthDate', 'date')] as const,
  ),
  ...['gender', 'geslacht'].map(name => [name, attribute('person.gender')] as const),
  ...['city', 'plaats', 'stad'].map(name => [name, attribute('homeAddress.city')] as const),
  ...['country', 'land'].map(name => [name, attribute('homeAddress.country')] as const),
  ...['zip', 'zipcode', 'postcode', 'postalcode'].map(
    name => [name, attribute('homeAddress.postalCode')] as const,
  ),
  ...['timezone', 'tijdzone'].map(name => [name, attribute('timeZone')] as const),
  ...['language', 'locale', 'taal'].map(name => [name, attribute('preferredLanguage')] as const),
  ['testprofile', attribute('testProfile', 'boolean')],
  ...['id', 'createdat', 'modifiedat'].map(name => [name, plain('ignore')] as const),
  ['identities', plain('identities')],
  ['attributes', plain('attributes')],
])

// What our own export writes: `identity.email`, `attribute.person.age:number`.
const EXPORTED = /^(identity|attribute)\.(.+?)(?::(number|boolean))?$/s

const exported = (column: string): Meaning | undefined => {
  const [, kind, to = '', type] = EXPORTED.exec(column) ?? []
  if (kind === 'identity') return identity(to)
  if (kind === 'attribute') return attribute(to, (type as 'number' | 'boolean' | undefined) ?? 'text')
  return undefined
}

const toPath = (column: string): string =>
  column
    .trim()
    .replaceAll(
      /[^\p{L}\p{N}_.]+(\p{L}|\p{N})?/gu,
      (_match, next: string | undefined) => next?.toUpperCase() ?? '',
    )
    .replaceAll(/\.{2,}|^\.|\.$/g, '')

const meaningOf = (column: string): Meaning => {
  const known = exported(column) ?? KNOWN.get(column.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''))
  if (known !== undefined) return known
  const path = toPath(column)
  return path === '' ? plain('ignore') : attribute(path)
}

/** What each column of a header seems to be. */
export const guessColumns = (header: readonly string[]): ColumnMapping[] => {
  const seen = new Set<string>()
  return header.map(column => {
    const meaning = meaningOf(column)
    const key = JSON.stringify(meaning)
    // Two columns of one meaning: the first is it.
    const free = meaning.kind === 'identity' || meaning.kind === 'ignore' || !seen.has(key)
    seen.add(key)
    return { column, ...(free ? meaning : plain('ignore')) }
  })
}

/** The names of an attribute's path; undefined when it is none. */
export const pathOf = (to: string): string[] | undefined => {
  const names = to.split('.')
  return names.length <= 20 && names.every(name => name.trim() !== '') ? names : undefined
}

const columnProblem = (one: ColumnMapping): string | undefined => {
  if (one.kind === 'identity' && (one.to.trim() === '' || one.to.length > 100))
    return 'must be a namespace of at most 100 characters'
  if (one.kind === 'attribute' && pathOf(one.to) === undefined)
    return 'must be names joined by points, at most 20'
  return undefined
}

/** What is wrong with a mapping for a file of these columns (none for JSON Lines). */
export const mappingProblems = (mapping: ImportMapping, header: readonly string[]): Problem[] => {
  const { columns } = mapping
  if (columns.length !== header.length || columns.some((one, index) => one.column !== header[index]))
    return [{ pointer: '/columns', message: 'must name the columns of the file, in their order' }]
  const problems = columns.flatMap((one, index) => {
    const message = columnProblem(one)
    return message === undefined ? [] : [{ pointer: `/columns/${index}/to`, message }]
  })
  if (problems.length > 0 || header.length === 0) return problems
  return columns.some(one => one.kind === 'identity' || one.kind === 'identities')
    ? []
    : [{ pointer: '/columns', message: 'must have an identity: a person without one cannot be found again' }]
}
