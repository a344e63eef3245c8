/** Puts numbers at the links of templates, by which a render leads back to them. Pure. */
import { tokenize } from '@carillon/template'
import { decodeAttribute } from '../channels/email/attribute-value.ts'
import { type Anchor, MARK, type RawValue, scanAnchors } from '../channels/email/html-anchors.ts'
import { TEXT_URL, textUrl } from '../lib/text-url.ts'
import { textMark } from './text-links.ts'

/** A link of a template, read: `gap` is from the end of its mark to the value, which stands in `quote`. */
export interface FoundLink {
  readonly url: string
  readonly label: string
  /** The value of `data-tracking-type`. */
  readonly type: string
  readonly isFixed: boolean
  readonly gap: number
  readonly quote: string
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

/** What a mark in HTML begins with, up to its number; a quote ends it. */
export const HTML_MARK_START = ` ${MARK}="`

// What may become a link: a tag whose name is one, or that a template's tag or the end of the source cuts off.
const MAY_BE_LINK = /<(?:(?:a|area)(?=[\s/>\uFDD2])|(?=\uFDD2)|[^<>]*$)/gi

// Where all values stand in quotes and no template's tag elsewhere, the render has the same attributes as the template.
const isPlain = (masked: string, { nameEnd, end, href, type }: Anchor): boolean => {
  const isMirror = /mirror_page/i.test(type === undefined ? '' : masked.slice(type.start, type.end))
  if (href === undefined ? isMirror : href.quote === '') return false
  return !masked
    .slice(nameEnd, end)
    .replace(/"[^"]*"|'[^']*'/g, '')
    .includes(HIDDEN)
}

/**
 * HTML with marks: an attribute before `href`. `add` gives a link its number. `isWhole`: whatever the templates' tags
 * print, as long as it is no markup, each link of the render is one that has a mark, or has no address.
 */
export const markHtmlLinks = (
  source: string,
  add: (link: FoundLink) => number,
): { readonly text: string; readonly isWhole: boolean } => {
  const masked = withoutTags(source)
  const places: Place[] = []
  let isWhole = !masked.includes(MARK)
  let found = 0
  const textOf = (value: RawValue | undefined): string => {
    const text = value === undefined ? '' : source.slice(value.start, value.end)
    return (decodeAttribute(text) ?? text).trim()
  }
  scanAnchors(masked, anchor => {
    const { href, hrefStart, nameEnd, label, type } = anchor
    found += 1
    isWhole &&= isPlain(masked, anchor)
    const isFixed = href === undefined || !masked.slice(href.start, href.end).includes(HIDDEN)
    const at = href === undefined ? nameEnd : hrefStart
    const [gap, quote] = href === undefined ? [0, ''] : [href.start - hrefStart, href.quote]
    const n = add({ url: textOf(href), label: textOf(label), type: textOf(type), isFixed, gap, quote })
    if (href === undefined && !/^mirror_page$/i.test(textOf(type))) return
    places.push({ at, mark: `${HTML_MARK_START}${n}"` })
  })
  isWhole &&= (masked.match(MAY_BE_LINK) ?? []).length === found
  return { text: withMarks(source, places), isWhole }
}

/** Plain text with marks: in front of each address. `add` gives a link its number. */
export const markTextLinks = (
  source: string,
  add: (link: Pick<FoundLink, 'url' | 'isFixed'>) => number,
): string => {
  const masked = withoutTags(source)
  const places = [...masked.matchAll(TEXT_URL)].map(({ 0: found, index }): Place => {
    const url = source.slice(index, index + textUrl(found).length)
    return { at: index, mark: textMark(add({ url, isFixed: !found.includes(HIDDEN) })) }
  })
  return withMarks(source, places)
}
