/**
 * The links of compiled content: which there are in its templates, and which turned up in a render. A link is what its
 * template says before any person's data come in, and its label: both together are its id, in every version and process.
 */
import { createHash } from 'node:crypto'
import { tokenize } from '@carillon/template'
import { decodeAttribute } from './attribute-value.ts'
import { type Anchor, MARK, type RawValue, scanAnchors } from './html-anchors.ts'
import { type SignableLink, signableLink } from './link-token.ts'

/** How a link is followed (AJO's tracking types). */
export type LinkMode = 'tracked' | 'opt_out' | 'mirror' | 'never'

/** A link as the campaign knows it. */
export interface KnownLink {
  readonly linkId: bigint
  readonly url: string
  readonly label: string
}

/** A link of a template. `isFixed`: its address is the same for everybody. */
export interface TemplateLink extends KnownLink {
  readonly mode: LinkMode
  readonly isFixed: boolean
  /** By the address as it stands in the HTML; undefined as a value: it cannot be tracked. */
  readonly kept: Map<string, FollowedLink | undefined>
}

/** A link on its way into a mail. */
export interface FollowedLink extends SignableLink {
  readonly target: string
}

/** The links of one content. */
export interface LinkBook {
  /** By their numbers. */
  readonly template: readonly TemplateLink[]
  /** The link of that address and label, which no template has; too many are one. */
  turnedUp(url: string, label: string): KnownLink
  /** Those that are not stored yet, as far as this process knows. */
  unsaved(): readonly KnownLink[]
  saved(links: readonly KnownLink[]): void
}

/** The attribute values that set how a link is followed; others are tracked. */
const MODES: Readonly<Record<string, LinkMode>> = {
  never: 'never',
  opt_out: 'opt_out',
  mirror_page: 'mirror',
}

/** The mode that a value of `data-tracking-type` names. */
export const modeOf = (value: string): LinkMode => MODES[value.trim().toLowerCase()] ?? 'tracked'

const LONGEST_URL = 2_000
const LONGEST_LABEL = 200
const MOST_TURNED_UP = 200
const OTHERS = '…'

const knownLink = (url: string, label: string): KnownLink => {
  const of = { url: url.slice(0, LONGEST_URL), label: label.slice(0, LONGEST_LABEL) }
  const hash = createHash('sha256').update(`${of.url}\0${of.label}`).digest().readBigInt64BE(0)
  return { ...of, linkId: hash === 0n ? 1n : hash }
}

const DEAF = { error: () => undefined, isFull: () => false }
// Stands for a template's tag: neither blank nor quote nor end of anything, and no character that a text can mean.
const HIDDEN = '\uFDD2'

const withoutTags = (source: string): string => {
  let [text, at] = ['', 0]
  for (const { span } of tokenize(source, DEAF)) {
    text += source.slice(at, span.start) + HIDDEN.repeat(span.end - span.start)
    at = span.end
  }
  return text + source.slice(at)
}

/** Links of templates, as they are collected. */
export interface LinkBookDraft extends LinkBook {
  /** The source with a number at each of its links, for `html` or for plain text. */
  markHtml(source: string): string
  markText(source: string): string
}

/** In front of an address in plain text: its number. Neither character is one that a text can mean. */
export const TEXT_MARK = /\uFDD0(\d{1,6})\uFDD1/g
const textMark = (n: number): string => `\uFDD0${n}\uFDD1`

interface Place {
  readonly at: number
  readonly mark: string
}

const withMarks = (source: string, places: readonly Place[]): string => {
  let [text, from] = ['', 0]
  for (const { at, mark } of places) {
    text += source.slice(from, at) + mark
    from = at
  }
  return text + source.slice(from)
}

/** Addresses in plain text, with what ends a sentence behind them. */
export const TEXT_URL = /https?:\/\/[^\s<>"']+/gi

// A bracket that the address did not open is around it.
const withinBrackets = (found: string): string => {
  let depth = 0
  for (let at = 0; at < found.length; at += 1) {
    if (found[at] === '(') depth += 1
    if (found[at] === ')') depth -= 1
    if (depth < 0) return found.slice(0, at)
  }
  return found
}

const SENTENCE_ENDS: ReadonlySet<string> = new Set('.,;:!?]}*_')

/** Where an address in plain text ends: closing signs are of the sentence. */
export const textUrl = (found: string): string => {
  const url = withinBrackets(found)
  let end = url.length
  while (end > 0 && SENTENCE_ENDS.has(url[end - 1] ?? '')) end -= 1
  return url.slice(0, end)
}

/** A book for content that is about to be compiled. */
export const createLinkBook = (): LinkBookDraft => {
  const template: TemplateLink[] = []
  const others = new Map<string, KnownLink>()
  const saved = new Set<bigint>()
  // Asked for every batch: nothing is looked through while nothing was added.
  let isComplete = false
  const add = (link: { url: string; label: string; mode: LinkMode; isFixed: boolean }): number =>
    template.push({ ...knownLink(link.url, link.label), ...link, kept: new Map() }) - 1

  const addAnchor = (source: string, masked: string, { href, label, type }: Anchor): number => {
    const textOf = (value: RawValue | undefined): string =>
      value === undefined ? '' : source.slice(value.start, value.end)
    const isFixed = href === undefined || !masked.slice(href.start, href.end).includes(HIDDEN)
    const read = (text: string): string => (decodeAttribute(text) ?? text).trim()
    return add({ url: read(textOf(href)), label: read(textOf(label)), mode: modeOf(textOf(type)), isFixed })
  }
  return {
    template,
    turnedUp: (url, label) => {
      const key = `${url}\0${label}`
      const found = others.get(key)
      if (found !== undefined) return found
      const link = others.size < MOST_TURNED_UP ? knownLink(url, label) : knownLink(OTHERS, '')
      others.set(others.size < MOST_TURNED_UP ? key : '', link)
      isComplete = false
      return link
    },
    unsaved: () => {
      if (isComplete) return []
      const followed = template.filter(link => link.mode === 'tracked' || link.mode === 'opt_out')
      const fresh = [...followed, ...others.values()].filter(link => !saved.has(link.linkId))
      isComplete = fresh.length === 0
      return [...new Map(fresh.map(link => [link.linkId, link])).values()]
    },
    saved: links => {
      for (const { linkId } of links) saved.add(linkId)
    },
    markHtml: source => {
      const masked = withoutTags(source)
      const places: Place[] = []
      scanAnchors(masked, anchor => {
        const mark = ` ${MARK}="${addAnchor(source, masked, anchor)}"`
        places.push({ at: anchor.nameEnd, mark })
      })
      return withMarks(source, places)
    },
    markText: source => {
      const masked = withoutTags(source)
      const places = [...masked.matchAll(TEXT_URL)].map(({ 0: found, index }): Place => {
        const url = source.slice(index, index + textUrl(found).length)
        const isFixed = !found.includes(HIDDEN)
        return { at: index, mark: textMark(add({ url, label: '', mode: 'tracked', isFixed })) }
      })
      return withMarks(source, places)
    },
  }
}

// A target that a browser follows to a web page, and that `new URL` will take at the redirect.
const WEB = /^https?:\/\/\P{Cc}+$/iu

/** What a browser follows, as far as it is tracked; undefined: it is left as it is. */
export const webTarget = (text: string): string | undefined => {
  const target = text.trim().replace(/[\t\r\n]/g, '')
  return WEB.test(target) && target.length <= 1_000 && URL.canParse(target) ? target : undefined
}

const OF_MODE = { tracked: 'click', opt_out: 'unsubscribe' } as const

/** A link to a target, ready for any mail. */
export const followedLink = (
  target: string,
  of: { readonly linkId: bigint; readonly mode: 'tracked' | 'opt_out' },
): FollowedLink => ({ ...signableLink({ kind: OF_MODE[of.mode], linkId: of.linkId, target }), target })
