/** What an editor knows of the data and parts that a template can name. Knows neither React nor CodeMirror. */
import { type SchemaPath, schemaPaths } from '@carillon/template'

/** A JSON Schema, as it is stored. */
type Schema = Readonly<Record<string, unknown>>

/** A fragment that can be named. `source` is null where it was not read: it is then offered, but not looked into. */
export interface KnownFragment {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly source: string | null
}

/** Everything beside the text itself. A schema that is left out leaves its names unchecked. */
export interface EditorKnowledge {
  readonly schemas: { readonly profile?: Schema; readonly context?: Schema }
  readonly fragments: readonly KnownFragment[]
  /** True where `fragments` are all there are: only then is another id a mistake. */
  readonly knowsAllFragments?: boolean
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
  readonly paths: Readonly<Record<SchemaRoot, readonly SchemaPath[]>>
}

/** Reads the schemas of a knowledge. */
export const readKnowledge = (knowledge: EditorKnowledge): Known => {
  const { profile, context } = knowledge.schemas
  return {
    ...knowledge,
    paths: {
      profile: profile === undefined ? [] : schemaPaths(profile, 'profile'),
      context: context === undefined ? [] : schemaPaths(context, 'context'),
    },
  }
}
