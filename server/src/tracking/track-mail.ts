/**
 * Puts the tracked links into a rendered mail: addresses of its HTML and its text, the address of the mirror page, and
 * the pixel. Works on what was rendered, so that links which data brought are links too. Pure.
 */
import { decodeAttribute, encodeAttribute } from './attribute-value.ts'
import { type Anchor, type RawValue, scanAnchors } from './html-anchors.ts'
import {
  type FollowedLink,
  followedLink,
  type KnownLink,
  type LinkBook,
  modeOf,
  TEXT_MARK,
  TEXT_URL,
  type TemplateLink,
  textUrl,
  webTarget,
} from './link-book.ts'
import { type LinkSigner, type SignableLink, signableLink } from './link-token.ts'

/** Rendered content as far as links are in it. */
export interface LinkedContent {
  readonly html: string
  readonly text: string
}

/** How one mail is followed. `clicks` and `opens` false: its links, or its opening, are not. */
export interface MailTracking {
  readonly sign: LinkSigner
  readonly messageId: string
  readonly sentAt: Date
  readonly clicks: boolean
  readonly opens: boolean
  /** What an address begins with, up to the token. */
  readonly linkBase: string
  /** Addresses of the mail's own links: what begins with one is left alone. */
  readonly own: readonly string[]
}

/** A mail with its links. `mirror`: what its mirror page shows. */
export interface TrackedContent extends LinkedContent {
  readonly mirror: string
}

/** What replaces a stretch of the text: words, or the address of a link once it is signed. */
interface Cut {
  readonly start: number
  readonly end: number
  readonly words: string
  readonly link: FollowedLink | undefined
}

const PIXEL: SignableLink = signableLink({ kind: 'open', linkId: 0n, target: '' })

class Tracker {
  readonly #book: LinkBook
  readonly #tracking: MailTracking | null
  readonly #mirrorUrl: string
  readonly #links: FollowedLink[] = []
  readonly #places = new Map<FollowedLink, number>()
  readonly #byTarget = new Map<string, FollowedLink>()
  readonly #never = new Set<string>()

  constructor(book: LinkBook, tracking: MailTracking | null, mirrorUrl: string) {
    this.#book = book
    this.#tracking = tracking
    this.#mirrorUrl = mirrorUrl
  }

  run({ html, text }: LinkedContent): TrackedContent {
    const htmlCuts = this.#htmlCuts(html)
    const textCuts = this.#textCuts(text)
    const tracking = this.#tracking
    if (tracking === null) {
      const plain = this.#put(html, htmlCuts, [])
      return { html: plain, mirror: plain, text: this.#put(text, textCuts, []) }
    }
    const pixel = tracking.opens ? [PIXEL] : []
    const signed = [...pixel, ...this.#links]
    const urls = (signed.length === 0 ? [] : tracking.sign(tracking, signed)).map(
      token => tracking.linkBase + token,
    )
    const opened = tracking.opens ? urls.shift() : undefined
    const mirror = this.#put(html, htmlCuts, urls)
    return {
      html: opened === undefined ? mirror : withPixel(mirror, opened),
      mirror,
      text: this.#put(text, textCuts, urls),
    }
  }

  #htmlCuts(html: string): Cut[] {
    const cuts: Cut[] = []
    let isSorted = true
    scanAnchors(html, anchor => {
      const { mark, markStart } = anchor
      const cut = this.#anchorCut(html, anchor)
      if (mark !== undefined)
        cuts.push({ start: markStart, end: mark.end + mark.quote.length, words: '', link: undefined })
      if (cut === undefined) return
      if (cut.start < markStart) isSorted = false
      cuts.push(cut)
    })
    // A mark that data brought may stand behind the address.
    return isSorted ? cuts : cuts.sort((a, b) => a.start - b.start)
  }

  #anchorCut(html: string, anchor: Anchor): Cut | undefined {
    const { href } = anchor
    const marked = markedLink(this.#book, html, anchor)
    const mode = marked?.mode ?? modeOf(valueText(html, anchor.type))
    if (mode === 'mirror') return this.#mirrorCut(anchor, href)
    if (href === undefined || this.#tracking?.clicks !== true) return undefined
    const raw = html.slice(href.start, href.end)
    if (mode === 'never') {
      this.#never.add(targetOf(raw) ?? '')
      return undefined
    }
    const link =
      marked === undefined
        ? this.#unmarked(raw, valueText(html, anchor.label), mode)
        : this.#marked(raw, marked, mode)
    if (link === undefined) return undefined
    this.#use(link)
    return { start: href.start, end: href.end, words: href.quote === '' ? '"' : '', link }
  }

  #mirrorCut({ nameEnd }: Anchor, href: RawValue | undefined): Cut {
    const url = encodeAttribute(this.#mirrorUrl)
    if (href !== undefined && href.quote !== '')
      return { start: href.start, end: href.end, words: url, link: undefined }
    // Without a value of its own the first attribute of the name is the one that counts.
    return { start: nameEnd, end: nameEnd, words: ` href="${url}"`, link: undefined }
  }

  #use(link: FollowedLink): void {
    if (this.#places.has(link)) return
    this.#places.set(link, this.#links.length)
    this.#links.push(link)
    if (!this.#byTarget.has(link.target)) this.#byTarget.set(link.target, link)
  }

  #follow(
    target: string | undefined,
    known: () => Pick<KnownLink, 'linkId'>,
    mode: 'tracked' | 'opt_out',
  ): FollowedLink | undefined {
    if (target === undefined || this.#tracking?.own.some(url => target.startsWith(url)) === true)
      return undefined
    return followedLink(target, { linkId: known().linkId, mode })
  }

  #marked(raw: string, marked: TemplateLink, mode: 'tracked' | 'opt_out'): FollowedLink | undefined {
    const { kept, isFixed } = marked
    if (isFixed && kept.has(raw)) return kept.get(raw)
    const link = this.#follow(targetOf(raw), () => marked, mode)
    // A fixed address is the same for everybody; one that data make would fill the memory.
    if (isFixed && kept.size < 8) kept.set(raw, link)
    return link
  }

  #unmarked(raw: string, label: string, mode: 'tracked' | 'opt_out'): FollowedLink | undefined {
    const target = targetOf(raw)
    return this.#follow(target, () => this.#turnedUp(target ?? '', label.trim()), mode)
  }

  // Whoever made the address at run time may have put a person into it: the host alone is kept.
  #turnedUp(target: string, label: string): KnownLink {
    return this.#book.turnedUp(label === '' ? `${new URL(target).origin}/…` : '', label)
  }

  #textCuts(text: string): Cut[] {
    const cuts: Cut[] = []
    const marks = new Map<number, TemplateLink | undefined>()
    for (const found of text.matchAll(TEXT_MARK)) {
      const end = found.index + found[0].length
      cuts.push({ start: found.index, end, words: '', link: undefined })
      marks.set(end, this.#book.template[Number(found[1])])
    }
    if (this.#tracking?.clicks !== true) return cuts
    for (const { 0: found, index } of text.matchAll(TEXT_URL)) {
      const raw = textUrl(found)
      const link = this.#textLink(raw, marks.get(index))
      if (link === undefined) continue
      this.#use(link)
      cuts.push({ start: index, end: index + raw.length, words: '', link })
    }
    return cuts.sort((a, b) => a.start - b.start)
  }

  #textLink(raw: string, marked: TemplateLink | undefined): FollowedLink | undefined {
    const target = webTarget(raw)
    // The text of a mail without one of its own has the links of its HTML.
    if (target === undefined || this.#never.has(target)) return undefined
    const inHtml = this.#byTarget.get(target)
    if (inHtml !== undefined) return inHtml
    const known = () => marked ?? this.#turnedUp(target, '')
    return this.#follow(target, known, 'tracked')
  }

  // The words stand on both sides of a link: the quotes that it lacked.
  #put(text: string, cuts: readonly Cut[], urls: readonly string[]): string {
    let put = ''
    let at = 0
    for (const { start, end, words, link } of cuts) {
      if (start > at) put += text.slice(at, start)
      put += link === undefined ? words : words + (urls[this.#places.get(link) ?? -1] ?? '') + words
      if (end > at) at = end
    }
    return at === 0 && cuts.length === 0 ? text : put + text.slice(at)
  }
}

const valueText = (html: string, value: RawValue | undefined): string => {
  if (value === undefined) return ''
  const raw = html.slice(value.start, value.end)
  return decodeAttribute(raw) ?? raw
}

const markedLink = (book: LinkBook, html: string, { mark }: Anchor): TemplateLink | undefined => {
  if (mark === undefined) return undefined
  const n = Number(html.slice(mark.start, mark.end))
  return Number.isInteger(n) ? book.template[n] : undefined
}

const targetOf = (raw: string): string | undefined => {
  const value = decodeAttribute(raw)
  return value === undefined ? undefined : webTarget(value)
}

const withPixel = (html: string, url: string): string => {
  const pixel = `<img src="${url}" width="1" height="1" alt="" style="border:0;width:1px;height:1px">`
  const lower = html.lastIndexOf('</body')
  const at = lower === -1 ? html.lastIndexOf('</BODY') : lower
  return at === -1 ? html + pixel : html.slice(0, at) + pixel + html.slice(at)
}

/**
 * The content with its links. `tracking` null: nothing is followed (previews, tests, campaigns without), and marks and
 * mirror links are cleared up all the same.
 */
export const trackMail = (
  content: LinkedContent,
  of: { readonly book: LinkBook; readonly tracking: MailTracking | null; readonly mirrorUrl: string },
): TrackedContent => new Tracker(of.book, of.tracking, of.mirrorUrl).run(content)
