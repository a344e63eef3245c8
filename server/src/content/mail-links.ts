/**
 * The links that content has of its own: marketing `context.system.unsubscribeUrl` and `context.system.preferencesUrl`,
 * every mail `context.system.mirrorUrl`. They are laid over the data of a call, which cannot replace them. Knows nothing of where they lead.
 */
import type { Finding } from '@carillon/contract'
import type { JsonSchema, TemplateVariable } from '@carillon/template'
import { MIRROR_PATH, type RenderData } from './email-content.ts'

/** The links of one mail. */
export interface MailLinks {
  readonly unsubscribeUrl: string
  readonly preferencesUrl: string
}

/** An address on another host of this instance; null: it stays where it is. The one place where hosts are put in. */
export const movedUrl = (url: string, host: string | null): string =>
  host === null ? url : url.replace(/^https?:\/\/[^/]+/, `https://${host}`)

/** The links on another host of this instance; null: where they are. */
export const movedLinks = (links: MailLinks | null, host: string | null): MailLinks | null => {
  if (links === null || host === null) return links
  const { unsubscribeUrl, preferencesUrl } = links
  return { unsubscribeUrl: movedUrl(unsubscribeUrl, host), preferencesUrl: movedUrl(preferencesUrl, host) }
}

type Tree = Readonly<Record<string, unknown>>
const treeOf = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}

const PATHS: readonly string[] = ['context.system.unsubscribeUrl', 'context.system.preferencesUrl']

/** The data with the links in it; null: the mail has none. */
export const withMailLinks = (data: RenderData, links: MailLinks | null): RenderData =>
  links === null
    ? data
    : { ...data, context: { ...data.context, system: { ...treeOf(data.context['system']), ...links } } }

/** The data with the address of the mirror page in it. */
export const withMirrorUrl = (data: RenderData, mirrorUrl: string): RenderData => ({
  ...data,
  context: { ...data.context, system: { ...treeOf(data.context['system']), mirrorUrl } },
})

/** The variables that a caller gives: all but the links. */
export const withoutMailLinks = (variables: readonly TemplateVariable[]): TemplateVariable[] =>
  variables.filter(variable => ![...PATHS, MIRROR_PATH].includes(variable.path))

const TEXT = { type: 'string' } as const
const LINKS = {
  type: 'object',
  properties: { unsubscribeUrl: TEXT, preferencesUrl: TEXT, mirrorUrl: TEXT },
} as const

/** A declared schema of the context with the links, which nobody has to declare. */
export const withLinkSchema = (schema: JsonSchema): JsonSchema => {
  const properties = treeOf(treeOf(schema)['properties'])
  if (Object.keys(properties).length === 0 || Object.hasOwn(properties, 'system')) return schema
  return { ...treeOf(schema), properties: { ...properties, system: LINKS } } as JsonSchema
}

/** A warning about marketing content that offers no way out. */
export const missingLinkFindings = (variables: readonly TemplateVariable[]): Finding[] =>
  variables.some(variable => PATHS.includes(variable.path))
    ? []
    : [
        {
          pointer: '/content/html',
          severity: 'warning',
          code: 'unsubscribe_link_missing',
          message: 'A marketing email needs a way out, and this content has none.',
          line: null,
          column: null,
          excerpt: null,
          fix: 'Add a link to {{context.system.unsubscribeUrl}} or {{context.system.preferencesUrl}}.',
        },
      ]
