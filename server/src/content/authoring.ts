/** What content refers to as it stands for an author who checks it: fragments, drafts included, and declared schemas. */
import { lookupRowSchema } from '@carillon/contract'
import type { JsonSchema } from '@carillon/template'
import type { Db } from '../db/pool.ts'
import { findProfileSchema } from '../profiles/profile-schema.store.ts'
import { toSources } from './content-sources.ts'
import { type LoadedLibrary, loadLibrary } from './fragment-library.ts'
import { liveOrDraftFragments } from './fragment-source.store.ts'
import { lookupColumns } from './lookup.store.ts'
import { withLinkSchema } from './mail-links.ts'

/** What data looks like, as far as it is declared. */
export interface DeclaredSchemas {
  /** Of `profile` and `context`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** Of the rows of each lookup table by its name; left out: there are too many tables to know them all. */
  readonly datasets?: Readonly<Record<string, JsonSchema>>
}

type Schema = Readonly<Record<string, unknown>> | null | undefined

const MOST_TABLES = 1_000

const tableSchemas = async (db: Db, sandboxId: string): Promise<Pick<DeclaredSchemas, 'datasets'>> => {
  const tables = await lookupColumns(db, sandboxId, MOST_TABLES + 1)
  if (tables.length > MOST_TABLES) return {}
  return { datasets: Object.fromEntries(tables.map(({ name, columns }) => [name, lookupRowSchema(columns)])) }
}

/** The sandbox's profile schema and lookup tables, and a campaign's context schema if it has one. */
export const declaredSchemas = async (
  db: Db,
  sandboxId: string,
  context: Schema = null,
): Promise<DeclaredSchemas> => {
  const { schema: profile } = await findProfileSchema(db, sandboxId)
  return {
    schemas: {
      ...(profile === null ? {} : { profile: profile as JsonSchema }),
      ...(context == null ? {} : { context: withLinkSchema(context as JsonSchema) }),
    },
    ...(await tableSchemas(db, sandboxId)),
  }
}

/** Fragments as an author has them. */
export interface AuthorLibrary extends LoadedLibrary {
  /** The names of those that were never published: content with one cannot go live. */
  readonly unpublished: readonly string[]
}

/** Every fragment within reach of the templates. */
export const authorLibrary = async (
  db: Db,
  sandboxId: string,
  templates: readonly string[],
): Promise<AuthorLibrary> => {
  const unpublished = new Set<string>()
  const library = await loadLibrary(async references => {
    const found = await liveOrDraftFragments(db, sandboxId, references)
    for (const { live, name } of found.values()) if (!live) unpublished.add(name)
    return toSources(found)
  }, templates)
  return { ...library, unpublished: [...unpublished] }
}
