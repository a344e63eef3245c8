/**
 * The links that marketing content has of its own: `context.system.unsubscribeUrl` and `context.system.preferencesUrl`.
 * They are laid over the data of a call, which cannot replace them. Knows nothing of where they lead.
 */
import type { Finding } from '@carillon/contract'
import type { JsonSchema, TemplateVariable } from '@carillon/template'
import type { RenderData } from './email-content.ts'

/** The links of one mail. */
export interface MailLinks {
  readonly unsubscribeUrl: string
  readonly preferencesUrl: string
}

/** The links on another host of this instance; null: where they are. */
export const movedLinks = (links: MailLinks | null, host: string | null): MailLinks | null => {
  if (links === null || host === null) return links
  const moved = (url: string): string => url.replace(/^https?:\/\/[^/]+/, `https://${host}`)
  return { unsubscribeUrl: moved(links.unsubscribeUrl), preferencesUrl: moved(links.preferencesUrl) }
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

/** The variables that a caller gives: all but the links. */
export const withoutMailLinks = (variables: readonly TemplateVariable[]): TemplateVariable[] =>
  variables.filter(variable => !PATHS.includes(variable.path))

const TEXT = { type: 'string' } as const
const LINKS = { type: 'object', properties: { unsubscribeUrl: TEXT, preferencesUrl: TEXT } } as const

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
