/**
 * What a source names in its tags without being run: fragments and lookup tables. It reads the text of the tags and not
 * the tree, so that a source with mistakes also tells what it uses; an id that data decides is not told.
 */

const PREFIX = /^ajo:/i

/** What a reference to a fragment names: its id or key, without `ajo:` and without a variant. */
export const fragmentIdOf = (reference: string): string => {
  const [id = ''] = reference.trim().replace(PREFIX, '').split('/')
  return id.trim()
}

const FRAGMENT = /\{\{~?\s*fragment(?=\s)/g
const LOOKUP = /\{\{~?\s*datasetLookup(?=\s)/g
const ENTRY = /\s+([\w.]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|[^\s"'{}]+)/y

interface Reading {
  readonly entry: RegExp
  readonly source: string
  readonly name: string
}

// The literal value of one entry of the tag whose entries begin at `entry.lastIndex`; a bare path is no literal.
const readEntries = ({ entry, source, name }: Reading): { readonly end: number; readonly value?: string } => {
  let end = entry.lastIndex
  for (let match = entry.exec(source); match !== null; match = entry.exec(source)) {
    end = entry.lastIndex
    const value = match[2] ?? match[3]
    if (match[1] === name) return value === undefined ? { end } : { end, value }
  }
  return { end }
}

// What looks like a tag within the text of another one is not a tag, so the search goes on after the entries read.
const literals = (source: string, pattern: RegExp, name: string): string[] => {
  const [tag, entry] = [new RegExp(pattern), new RegExp(ENTRY)]
  const found = new Set<string>()
  while (tag.exec(source) !== null) {
    entry.lastIndex = tag.lastIndex
    const { end, value } = readEntries({ entry, source, name })
    if (value !== undefined) found.add(value)
    tag.lastIndex = end
  }
  return [...found]
}

/** The references of all `fragment` tags, as written, each once. */
export const fragmentReferences = (source: string): string[] => literals(source, FRAGMENT, 'id')

/** The tables of all `datasetLookup` tags, each once. */
export const lookupReferences = (source: string): string[] => literals(source, LOOKUP, 'datasetId')
