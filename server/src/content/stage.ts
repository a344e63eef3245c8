/** Where content is compiled and rendered for a person who looks at it: one sandbox, its sources and its schemas. */
import type { Clock } from '../lib/clock.ts'
import type { DeclaredSchemas } from './authoring.ts'
import { type OfChannel, templatesOf } from './content.ts'
import type { ContentSurroundings } from './email-content.ts'
import { type LoadedLibrary, loadLibrary } from './fragment-library.ts'
import type { ContentSources } from './reach.ts'

/** One sandbox, ready to render in. */
export interface RenderStage {
  readonly sandboxId: string
  readonly clock: Clock
  readonly random: () => number
  /** Drafts of fragments stand in where nothing is published yet: what is looked at is not sent. */
  readonly sources: ContentSources
  readonly declared: DeclaredSchemas
}

/** The fragments that some templates name, loaded. */
export const libraryFor = (stage: RenderStage, templates: readonly string[]): Promise<LoadedLibrary> =>
  loadLibrary(references => stage.sources.fragments(stage.sandboxId, references), templates)

/** What content is compiled with. */
export const stageFor = async (stage: RenderStage, content: OfChannel): Promise<ContentSurroundings> => ({
  fragments: await libraryFor(stage, templatesOf(content)),
  ...stage.declared,
})
