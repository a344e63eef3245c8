/**
 * Puts the tracked links into a rendered mail: addresses of its HTML and its text, the address of the mirror page, and
 * the pixel. Works on what was rendered, so that links which data brought are links too. Pure.
 */
import { decodeAttribute, encodeAttribute } from '../channels/email/attribute-value.ts'
import { type Anchor, type RawValue, scanAnchors } from '../channels/email/html-anchors.ts'
import { TEXT_URL, textUrl } from '../lib/text-url.ts'
import { type FollowedLink, type FollowedMode, followedLink, modeOf, webTarget } from './followed-link.ts'
import type { KnownLink, LinkBook, TemplateLink } from './link-book.ts'
import { type LinkSigner, type SignableLink, signableLink } from './link-token.ts'
import { HTML_MARK_START } from './mark-links.ts'
import { TEXT_MARK, TEXT_MARK_START } from './text-links.ts'

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

/** What replaces a stretch of the text: words, the address of a link once it is signed, words. */
interface Cut {
  readonly start: number
  readonly end: number
  readonly before: string
  readonly link: FollowedLink | null
  readonly after: string
}

const PIXEL: SignableLink = signableLink({ kind: 'open', linkId: 0n, target: '' })

const cutOut = (start: number, end: number, words = ''): Cut => ({
  start,
  end,
  before: words,
  link: null,
  after: '',
})

// Mails of this process so far: by its number one mail knows which of the links that are kept it has already.
let mails = 0

class Tracker {
  readonly #run: number
  readonly #book: LinkBook
  readonly #tracking: MailTracking | null
  readonly #mirrorUrl: string
  readonly #links: FollowedLink[] = []
  readonly #byTarget = new Map<string, FollowedLink>()
  readonly #never = new Set<string>()

  constructor(book: LinkBook, tracking: MailTracking | null, mirrorUrl: string) {
    mails += 1
    this.#run = mails
    this.#book = book
    this.#tracking = tracking
    this.#mirrorUrl = mirrorUrl
  }

  run({ html, text }: LinkedContent): TrackedContent {
    const htmlCuts = this.htmlCuts(html)
    const textCuts = this.#textCuts(text)
    const tracking = this.#tracking
    if (tracking === null) {
      const plain = put(html, htmlCuts, [])
      return { html: plain, mirror: plain, text: put(text, textCuts, []) }
    }
    const { opens, sign, linkBase } = tracking
    const signed = opens ? [...this.#links, PIXEL] : this.#links
    const urls = signed.length === 0 ? [] : sign(tracking, signed, linkBase)
    const mirror = put(html, htmlCuts, urls)
    const opened = opens ? urls.at(-1) : undefined
    return {
      html: opened === undefined ? mirror : withPixel(mirror, opened),
      mirror,
      text: put(text, textCuts, urls),
    }
  }

  htmlCuts(html: string): readonly Cut[] {
    return (this.#book.isWhole ? this.#markedCuts(html) : undefined) ?? this.#scannedCuts(html)
  }

  // The marks are the author's alone, and before the value stands what stood there in the template.
  #markedCuts(html: string): readonly Cut[] | undefined {
    const cuts: Cut[] = []
    for (let at = html.indexOf(HTML_MARK_START); at !== -1; ) {
      const numberEnd = html.indexOf('"', at + HTML_MARK_START.length)
      const marked = this.#book.template[Number(html.slice(at + HTML_MARK_START.length, numberEnd))]
      if (marked?.place !== 'html') return undefined
      const start = numberEnd + 1 + marked.gap
      const end = html.indexOf(marked.quote, start)
      if (end === -1) return undefined
      cuts.push(this.#markedCut(html, marked, { at, numberEnd, start, end }))
      at = html.indexOf(HTML_MARK_START, end)
    }
    return cuts
  }

  #markedCut(
    html: string,
    marked: TemplateLink,
    of: { readonly at: number; readonly numberEnd: number; readonly start: number; readonly end: number },
  ): Cut {
    const { at, start, end } = of
    const { mode } = marked
    const before = html.slice(of.numberEnd + 1, start)
    if (mode === 'mirror') return cutOut(at, end, before + encodeAttribute(this.#mirrorUrl))
    const link = this.#linkOf(html.slice(start, end), mode, { marked, label: '' })
    return link === null ? cutOut(at, of.numberEnd + 1) : { start: at, end, before, link, after: '' }
  }

  #scannedCuts(html: string): readonly Cut[] {
    const cuts: Cut[] = []
    let isSorted = true
    scanAnchors(html, anchor => {
      const { mark, markStart } = anchor
      const cut = this.#anchorCut(html, anchor)
      if (mark !== undefined) cuts.push(cutOut(markStart, mark.end + mark.quote.length))
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
    if (href === undefined) return undefined
    const label = marked === undefined ? valueText(html, anchor.label) : ''
    const link = this.#linkOf(html.slice(href.start, href.end), mode, { marked, label })
    if (link === null) return undefined
    const words = href.quote === '' ? '"' : ''
    return { start: href.start, end: href.end, before: words, link, after: words }
  }

  #mirrorCut({ nameEnd }: Anchor, href: RawValue | undefined): Cut {
    const url = encodeAttribute(this.#mirrorUrl)
    if (href !== undefined && href.quote !== '') return cutOut(href.start, href.end, url)
    // Without a value of its own the first attribute of the name is the one that counts.
    return cutOut(nameEnd, nameEnd, ` href="${url}"`)
  }

  // Null: the address stays as it is.
  #linkOf(
    raw: string,
    mode: 'never' | FollowedMode,
    { marked, label }: { readonly marked: TemplateLink | undefined; readonly label: string },
  ): FollowedLink | null {
    if (this.#tracking?.clicks !== true) return null
    if (mode === 'never') {
      this.#never.add(targetOf(raw) ?? '')
      return null
    }
    const link =
      marked === undefined
        ? this.#unmarked(targetOf(raw), { label: label.trim(), mode })
        : this.#marked(raw, marked, { mode, targetOf })
    if (link !== null) this.#use(link)
    return link
  }

  #use(link: FollowedLink): void {
    if (link.run === this.#run) return
    link.run = this.#run
    link.place = this.#links.length
    this.#links.push(link)
    if (!this.#byTarget.has(link.target)) this.#byTarget.set(link.target, link)
  }

  #follow(target: string | undefined, known: KnownLink, mode: FollowedMode): FollowedLink | null {
    if (target === undefined || this.#isOwn(target)) return null
    this.#book.follow(known)
    return followedLink(target, { linkId: known.linkId, mode })
  }

  #isOwn(target: string): boolean {
    return this.#tracking?.own.some(url => target.startsWith(url)) === true
  }

  #marked(
    raw: string,
    marked: TemplateLink,
    { mode, targetOf: of }: { readonly mode: FollowedMode; readonly targetOf: typeof targetOf },
  ): FollowedLink | null {
    const { kept, isFixed } = marked
    const found = isFixed ? kept.get(raw) : undefined
    if (found !== undefined) return found
    const link = this.#follow(of(raw), marked, mode)
    // A fixed address is the same for everybody; one that data make would fill the memory.
    if (isFixed && kept.size < 8) kept.set(raw, link)
    return link
  }

  // Whoever made the address at run time may have put a person into it: the host alone is kept.
  #unmarked(
    target: string | undefined,
    { label, mode }: { readonly label: string; readonly mode: FollowedMode },
  ): FollowedLink | null {
    if (target === undefined || this.#isOwn(target)) return null
    const known = this.#book.turnedUp(label === '' ? `${new URL(target).origin}/…` : '', label)
    return this.#follow(target, known, mode)
  }

  #textCuts(text: string): readonly Cut[] {
    const cuts: Cut[] = []
    const marks = new Map<number, TemplateLink | undefined>()
    if (text.includes(TEXT_MARK_START))
      for (const found of text.matchAll(TEXT_MARK)) {
        const end = found.index + found[0].length
        cuts.push(cutOut(found.index, end))
        const link = this.#book.template[Number(found[1])]
        // Data may hold the characters of a mark: what it leads to is a link of a text at least.
        marks.set(end, link?.place === 'text' ? link : undefined)
      }
    if (this.#tracking?.clicks !== true) return cuts
    for (const { 0: found, index } of text.matchAll(TEXT_URL)) {
      const raw = textUrl(found)
      const link = this.#textLink(raw, marks.get(index))
      if (link === null) continue
      this.#use(link)
      cuts.push({ start: index, end: index + raw.length, before: '', link, after: '' })
    }
    return marks.size === 0 ? cuts : cuts.sort((a, b) => a.start - b.start)
  }

  // The text of a mail without one of its own has the links of its HTML.
  #textLink(raw: string, marked: TemplateLink | undefined): FollowedLink | null {
    if (this.#never.has(raw)) return null
    const inHtml = this.#byTarget.get(raw)
    if (inHtml !== undefined) return inHtml
    // What is a target is the same when it is read again, so it was looked for already.
    if (marked !== undefined) return this.#marked(raw, marked, { mode: 'tracked', targetOf: webTarget })
    return this.#unmarked(webTarget(raw), { label: '', mode: 'tracked' })
  }
}

const put = (text: string, cuts: readonly Cut[], urls: readonly string[]): string => {
  if (cuts.length === 0) return text
  let done = ''
  let at = 0
  for (const { start, end, before, link, after } of cuts) {
    if (start > at) done += text.slice(at, start)
    done += link === null ? before : before + (urls[link.place] ?? '') + after
    if (end > at) at = end
  }
  return done + text.slice(at)
}

const valueText = (html: string, value: RawValue | undefined): string => {
  if (value === undefined) return ''
  const raw = html.slice(value.start, value.end)
  return decodeAttribute(raw) ?? raw
}

const markedLink = (book: LinkBook, html: string, { mark }: Anchor): TemplateLink | undefined => {
  if (mark === undefined) return undefined
  const n = Number(html.slice(mark.start, mark.end))
  const link = Number.isInteger(n) ? book.template[n] : undefined
  return link?.place === 'html' ? link : undefined
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

/** Marked HTML as it is before anything is followed, with links of mirror pages in it: what a text is derived from. */
export const withMirrorLinks = (html: string, book: LinkBook, mirrorUrl: string): string =>
  put(html, new Tracker(book, null, mirrorUrl).htmlCuts(html), [])

/** The HTML with the pixel of its message, where its opening alone is followed. */
export const withOpenPixel = (
  html: string,
  { sign, linkBase, ...message }: Pick<MailTracking, 'sign' | 'linkBase' | 'messageId' | 'sentAt'>,
): string => withPixel(html, sign(message, [PIXEL], linkBase).join(''))
