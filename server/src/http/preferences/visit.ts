/** A visit of a public page: whose link it is, who the person is, in which language, and how a choice came in. */
import type { ConsentSource } from '@carillon/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { readPerson } from '../../consent/consent.store.ts'
import type { ConsentOf } from '../../consent/consent.ts'
import type { ConsentLinks, LinkReader, ReadLink } from '../../consent/links.ts'
import type { ConsentActor } from '../../consent/topics.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Interactions } from '../../tracking/interactions.ts'
import { html, sendPage } from './page-html.ts'
import { PAGE_WORDS, type PageLanguage, type PageWords, pageLanguage, WORDS_VERSION } from './page-words.ts'

/** What the pages need. */
export interface PageDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly read: LinkReader
  readonly links: ConsentLinks
  readonly interactions: Interactions
}

/** A request of a page. */
export type PageRequest = FastifyRequest<{ Params: { token: string } }>
type Kind = ReadLink['kind']
type LinkOfKind<K extends Kind> = Extract<ReadLink, { readonly kind: K }>

/** A person with a link that holds. */
export interface Visit<K extends Kind = Kind> {
  readonly link: LinkOfKind<K>
  readonly attributes: Readonly<Record<string, unknown>>
  readonly language: PageLanguage
  readonly words: PageWords
  readonly actor: ConsentActor
}

const isOfKind = <K extends Kind>(link: ReadLink, kind: K): link is LinkOfKind<K> => link.kind === kind

const browserLanguage = (request: FastifyRequest): string | undefined => request.headers['accept-language']

/** The visit; undefined: the link is of no use here, or its person is gone. */
export const visitOf = async <K extends Kind>(
  deps: PageDeps,
  request: PageRequest,
  kind: K,
): Promise<Visit<K> | undefined> => {
  const now = deps.clock.now()
  const link = deps.read(request.params.token, now)
  if (link === undefined || !isOfKind(link, kind)) return undefined
  const person = await readPerson(deps.pool, link.sandboxId, link.profileId)
  if (person === undefined) return undefined
  const { id: profileId, attributes } = person
  const language = pageLanguage(attributes['preferredLanguage'], browserLanguage(request))
  const actor = { pool: deps.pool, sandboxId: link.sandboxId, by: '', now, newId: deps.newId }
  return { link: { ...link, profileId }, attributes, language, words: PAGE_WORDS[language], actor }
}

const LONGEST_AGENT = 500

/** How a choice on a page came in; `shown` is what the person read there, null when a mail program spoke for them. */
export const cameIn = (
  visit: Pick<Visit, 'language'> & { readonly link: ReadLink },
  request: FastifyRequest,
  way: { readonly source: ConsentSource; readonly shown: string | null },
): ConsentOf => {
  const { link, language } = visit
  const seen = way.shown === null ? null : { shownVersion: WORDS_VERSION, language }
  return {
    profileId: link.profileId,
    skipSame: true,
    how: {
      ...way,
      shownVersion: seen?.shownVersion ?? null,
      language: seen?.language ?? null,
      ip: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, LONGEST_AGENT) ?? null,
      messageId: link.kind === 'confirm' ? null : link.messageId,
      campaignId: link.kind === 'confirm' ? null : link.campaignId,
    },
  }
}

/** A page that only says something, to anybody. */
export const sendNote = (
  request: FastifyRequest,
  reply: FastifyReply,
  what: { readonly status: number; readonly title: keyof PageWords; readonly text: keyof PageWords },
): FastifyReply => {
  const language = pageLanguage(undefined, browserLanguage(request))
  const words = PAGE_WORDS[language]
  const body = html`<p>${words[what.text]}</p>`
  return sendPage(reply, { status: what.status, language, title: words[what.title], body })
}

/** The page of a link that holds no more, or never did. */
export const sendInvalid = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendNote(request, reply, { status: 404, title: 'invalid', text: 'invalidText' })

/** The page of a form without a choice. */
export const sendNothing = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendNote(request, reply, { status: 400, title: 'nothing', text: 'nothingText' })
