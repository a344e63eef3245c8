/**
 * The links of compiled content: which there are in its templates, and which turned up in a render. A link is what its
 * template says before any person's data come in, and its label: both together are its id, in every version and process.
 */
import { createHash } from 'node:crypto'
import { type FollowedLink, type LinkMode, modeOf } from './followed-link.ts'
import { markHtmlLinks, markTextLinks } from './mark-links.ts'

/** A link as the campaign knows it. */
export interface KnownLink {
  readonly linkId: bigint
  readonly url: string
  readonly label: string
  /** No template has it. */
  readonly fromData: boolean
}

/** A link of a template. `isFixed`: its address is the same for everybody. */
export interface TemplateLink extends KnownLink {
  readonly mode: LinkMode
  readonly isFixed: boolean
  readonly place: 'html' | 'text'
  /** By the address as it stands in the mail; null: it cannot be tracked. */
  readonly kept: Map<string, FollowedLink | null>
  /** From the end of its mark in HTML to the value of its address, and what the value stands in. */
  readonly gap: number
  readonly quote: string
}

/** What is in messages, and what of it is stored. */
export interface LinkStock {
  /** Says that a link is in a message. */
  follow(link: KnownLink): void
  /** Those that are in messages and not stored yet, as far as this process knows. */
  unsaved(): readonly KnownLink[]
  saved(links: readonly KnownLink[]): void
}

/** The links of one content. */
export interface LinkBook extends Omit<LinkStock, 'saved'> {
  /** By their numbers. */
  readonly template: readonly TemplateLink[]
  /** Whether the marks lead to all links of its HTML, whatever the data: then nothing else has to be looked at. */
  readonly isWhole: boolean
  /** The link of that address and label, which no template has; too many are one. */
  turnedUp(url: string, label: string): KnownLink
  /** `refused`: the campaign has too many of those that no template has. They are one from then on. */
  saved(links: readonly KnownLink[], refused: ReadonlySet<bigint>): void
}

/** Links of templates, as they are collected. */
export interface LinkBookDraft extends LinkBook {
  /** The source with a number at each of its links, for HTML or for plain text. */
  markHtml(source: string): string
  markText(source: string): string
  /** Says that data can bring links: what is rendered is searched through. */
  open(): void
}

/** Links of a campaign that no template has; more are one. */
export const MOST_FROM_DATA = 200

const LONGEST_URL = 2_000
const LONGEST_LABEL = 200

/** The link of an address and a label, as a campaign knows it. */
export const knownLink = (given: Omit<KnownLink, 'linkId'>): KnownLink => {
  const { fromData } = given
  const of = { url: given.url.slice(0, LONGEST_URL), label: given.label.slice(0, LONGEST_LABEL) }
  const hash = createHash('sha256').update(`${of.url}\0${of.label}`).digest().readBigInt64BE(0)
  return { ...of, fromData, linkId: hash === 0n ? 1n : hash }
}

const THE_REST = knownLink({ url: '…', label: '', fromData: false })

/** What turned up in renders. */
const createTurnedUp = () => {
  const byWords = new Map<string, KnownLink>()
  let isFull = false
  return {
    of: (url: string, label: string): KnownLink => {
      const key = `${url}\0${label}`
      const found = byWords.get(key)
      if (found !== undefined) return found
      if (isFull || byWords.size >= MOST_FROM_DATA) return THE_REST
      const link = knownLink({ url, label, fromData: true })
      byWords.set(key, link)
      return link
    },
    refuse: (ids: ReadonlySet<bigint>): void => {
      if (ids.size === 0) return
      isFull = true
      for (const [key, link] of byWords) if (ids.has(link.linkId)) byWords.delete(key)
    },
  }
}

/** A stock of nothing. */
export const createStock = (): LinkStock => {
  const followed = new Set<KnownLink>()
  const saved = new Set<bigint>()
  const fresh = new Map<bigint, KnownLink>()
  return {
    follow: (link: KnownLink): void => {
      if (followed.has(link)) return
      followed.add(link)
      if (!saved.has(link.linkId)) fresh.set(link.linkId, link)
    },
    unsaved: (): readonly KnownLink[] => (fresh.size === 0 ? [] : [...fresh.values()]),
    saved: (links: readonly KnownLink[]): void => {
      for (const { linkId } of links) {
        saved.add(linkId)
        fresh.delete(linkId)
      }
    },
  }
}

/** A book for content that is about to be compiled. */
export const createLinkBook = (): LinkBookDraft => {
  const template: TemplateLink[] = []
  const turnedUp = createTurnedUp()
  const stock = createStock()
  let isWhole = true
  const add = (given: Omit<TemplateLink, 'linkId' | 'fromData' | 'kept'>): number =>
    // What is known of it is cut to its length, so it comes last.
    template.push({ ...given, kept: new Map(), ...knownLink({ ...given, fromData: false }) }) - 1
  return {
    template,
    get isWhole() {
      return isWhole
    },
    turnedUp: turnedUp.of,
    follow: stock.follow,
    unsaved: stock.unsaved,
    saved: (links, refused) => {
      stock.saved(links)
      turnedUp.refuse(refused)
    },
    markHtml: source => {
      const marked = markHtmlLinks(source, ({ type, ...link }) =>
        add({ ...link, mode: modeOf(type), place: 'html' }),
      )
      isWhole &&= marked.isWhole
      return marked.text
    },
    markText: source =>
      markTextLinks(source, link =>
        add({ ...link, mode: 'tracked', label: '', place: 'text', gap: 0, quote: '' }),
      ),
    open: () => {
      isWhole = false
    },
  }
}
