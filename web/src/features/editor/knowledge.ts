/** What an editor knows of the data and parts that a template can name. Knows neither React nor CodeMirror. */
import { type LookupTable, lookupRowSchema } from '@carillon/contract'
import { type JsonSchema, type SchemaPath, schemaPaths } from '@carillon/template'

/** A JSON Schema, as it is stored. */
type Schema = Readonly<Record<string, unknown>>

/** A fragment that can be named. `source` is null where it was not read: it is then offered, but not looked into. */
export interface KnownFragment {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly source: string | null
}

/** A lookup table that can be named. */
type KnownTable = Pick<LookupTable, 'name' | 'columns'>

/** Everything beside the text itself. A schema that is left out leaves its names unchecked. */
export interface EditorKnowledge {
  readonly schemas: { readonly profile?: Schema; readonly context?: Schema }
  readonly fragments: readonly KnownFragment[]
  /** True where `fragments` are all there are: only then is another id a mistake. */
  readonly knowsAllFragments?: boolean
  /** The lookup tables. */
  readonly tables?: readonly KnownTable[]
  /** True where `tables` are all there are: only then is another name a mistake. */
  readonly knowsAllTables?: boolean
  /** True for a fragment on its own: the message around it may set the names that it does not. */
  readonly isFragment?: boolean
  /** True where a template must not use `profile`, as in high-throughput campaigns. */
  readonly forbidProfile?: boolean
}

/** Nothing known: highlighting and the language itself still work. */
export const NO_KNOWLEDGE: EditorKnowledge = { schemas: {}, fragments: [] }

/** The namespaces that have schemas. */
export type SchemaRoot = 'profile' | 'context'

/** Knowledge with its schemas read: once, not at every key. */
export interface Known extends EditorKnowledge {
  /** Of the namespaces, and of the rows of lookup tables, each path under its `rowRoot`. */
  readonly paths: Readonly<Record<SchemaRoot | 'rows', readonly SchemaPath[]>>
}

const ROW_ROOT = 'datasetLookup:'

/** Where the paths of the rows of a table begin: nothing that can be written in a template. */
export const rowRoot = (table: string): string => `${ROW_ROOT}${table}`

/** The paths among which a whole path is to be found. */
export const pathsAround = ({ paths }: Known, whole: string): readonly SchemaPath[] => {
  if (whole.startsWith(ROW_ROOT)) return paths.rows
  return paths[whole.startsWith('profile') ? 'profile' : 'context']
}

/** The tables with the schemas of their rows, as the checker wants them; undefined where not all are known. */
export const datasetsOf = ({
  tables = [],
  knowsAllTables,
}: EditorKnowledge): Readonly<Record<string, JsonSchema>> | undefined =>
  knowsAllTables === true
    ? Object.fromEntries(tables.map(({ name, columns }) => [name, lookupRowSchema(columns)]))
    : undefined

/** Reads the schemas of a knowledge. */
export const readKnowledge = (knowledge: EditorKnowledge): Known => {
  const { profile, context } = knowledge.schemas
  return {
    ...knowledge,
    paths: {
      profile: profile === undefined ? [] : schemaPaths(profile, 'profile'),
      context: context === undefined ? [] : schemaPaths(context, 'context'),
      rows: (knowledge.tables ?? []).flatMap(({ name, columns }) =>
        schemaPaths(lookupRowSchema(columns), rowRoot(name)),
      ),
    },
  }
}
