/** What content refers to as it stands for an author who checks it: fragments, drafts included, and declared schemas. */
import type { JsonSchema } from '@carillon/template'
import type { Db } from '../db/pool.ts'
import { findProfileSchema } from '../profiles/profile-schema.store.ts'
import { toSources } from './content-sources.ts'
import { type LoadedLibrary, loadLibrary } from './fragment-library.ts'
import { liveOrDraftFragments } from './fragment-source.store.ts'
import { withLinkSchema } from './mail-links.ts'

/** The schemas of `profile` and `context`, where they are declared. */
export type DeclaredSchemas = Readonly<Record<string, JsonSchema>>

type Schema = Readonly<Record<string, unknown>> | null | undefined

/** The sandbox's profile schema, and a campaign's context schema if it has one. */
export const declaredSchemas = async (
  db: Db,
  sandboxId: string,
  context: Schema = null,
): Promise<DeclaredSchemas> => {
  const { schema: profile } = await findProfileSchema(db, sandboxId)
  return {
    ...(profile === null ? {} : { profile: profile as JsonSchema }),
    ...(context == null ? {} : { context: withLinkSchema(context as JsonSchema) }),
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
