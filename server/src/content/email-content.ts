/** An email's content compiled: subject, HTML and text, with one list of findings and one list of variables. */
import type { EmailContent, Finding } from '@carillon/contract'
import {
  type CompiledTemplate,
  type CompileOptions,
  type CompileResult,
  compileTemplate,
  type FragmentLibrary,
  type Outside,
  type RenderEnvironment,
} from '@carillon/template'
import { htmlToText } from '../channels/email/html-to-text.ts'
import { valueAt } from '../profiles/attributes.ts'
import { createLinkBook, type LinkBook, type LinkBookDraft } from '../tracking/link-book.ts'
import { withMirrorLinks } from '../tracking/track-mail.ts'
import { placelessFinding, toFinding } from './findings.ts'

/** What content is rendered with: plain JSON. */
export type RenderData = {
  readonly profile: Readonly<Record<string, unknown>>
  readonly context: Readonly<Record<string, unknown>>
}

/** Rendered content. */
export interface RenderedContent {
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** When a render happens, the clock that limits how long it may take, and what the helpers reach. */
export interface RenderMoment {
  readonly nowMs: number
  readonly monotonicMs: () => number
  readonly random: () => number
  readonly outside: Outside
  /** IANA name; UTC when left out. */
  readonly timeZone?: string
}

/** What content is compiled with. */
export interface ContentSurroundings {
  readonly fragments: FragmentLibrary
  /** JSON Schemas of `profile` and `context`, where they are declared. */
  readonly schemas?: NonNullable<CompileOptions['schemas']>
  /** The lookup tables there are, where all are known. */
  readonly datasets?: NonNullable<CompileOptions['datasets']>
  /** True where there is no profile: its variables are errors. */
  readonly forbidProfile?: boolean
  /** True where links are followed: what is rendered is then given to `trackMail` with the book. */
  readonly withLinks?: boolean
}

/** Content that renders. One instance is used for many renders at a time. */
export interface CompiledEmail {
  readonly channel: 'email'
  /** Throws the template's `RenderError` and nothing else. */
  render(data: RenderData, env: RenderMoment): RenderedContent
  readonly variables: CompiledTemplate['variables']
  /** The links, which are marked in what is rendered; null: nothing is marked. */
  readonly links: LinkBook | null
  /** Whether it leads to its mirror page. */
  readonly usesMirror: boolean
}

/** Where content finds the address of its mirror page. */
export const MIRROR_PATH = 'context.system.mirrorUrl'

/** The address of the mirror page in data; '': there is none. */
export const mirrorUrlIn = ({ context }: RenderData): string => {
  const url = valueAt(context, 'system', 'mirrorUrl')
  return typeof url === 'string' ? url : ''
}

/** Compiled content, or everything that is wrong with it. */
export type EmailResult =
  | { readonly ok: true; readonly content: CompiledEmail; readonly findings: Finding[] }
  | { readonly ok: false; readonly findings: Finding[] }

const findingsOf = (pointer: string, compiled: CompileResult): Finding[] =>
  compiled.diagnostics.map(toFinding(pointer))

// Clients show headers in one line; a line break from data becomes a blank. Split, not one pattern with blanks on both
// sides of the break: that one is quadratic, and 190 kB of blanks held a worker for 12 seconds.
const oneLine = (text: string): string =>
  text
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ')

const uniqueVariables = (templates: readonly CompiledTemplate[]): CompiledTemplate['variables'] => {
  const byPath = new Map(
    templates.flatMap(template => template.variables.map(variable => [JSON.stringify(variable), variable])),
  )
  return [...byPath.values()]
}

// Fragments are marked for the HTML alone: in a subject or a text their tags are text.
const markedFragments = (fragments: FragmentLibrary, book: LinkBookDraft): FragmentLibrary => {
  const marked = new Map<string, ReturnType<FragmentLibrary['get']>>()
  return {
    get: id => {
      if (marked.has(id)) return marked.get(id)
      const found = fragments.get(id)
      const { version = '', source = '' } = found ?? {}
      const one = found && { ...found, version: `${version} links`, source: book.markHtml(source) }
      marked.set(id, one)
      return one
    },
  }
}

/** Compiles content once for all its sends. `text` null is derived from the rendered HTML. */
export const compileEmailContent = (
  content: EmailContent,
  surroundings: ContentSurroundings,
): EmailResult => {
  const book = surroundings.withLinks === true ? createLinkBook() : null
  const htmlSource = book === null ? content.html : book.markHtml(content.html)
  const textSource = book === null ? (content.text ?? '') : book.markText(content.text ?? '')
  const { fragments } = surroundings
  const htmlFragments = book === null ? fragments : markedFragments(fragments, book)
  const subject = compileTemplate(content.subject, { target: 'text', ...surroundings })
  const html = compileTemplate(htmlSource, { target: 'html', ...surroundings, fragments: htmlFragments })
  const text = compileTemplate(textSource, { target: 'text', ...surroundings })
  const findings = [
    ...findingsOf('/content/subject', subject),
    ...findingsOf('/content/html', html),
    ...findingsOf('/content/text', text),
  ]
  if (!subject.ok || !html.ok || !text.ok) return { ok: false, findings }
  if (html.template.printsMarkup) book?.open()
  const hasMirrorLinks = book?.template.some(link => link.mode === 'mirror') === true
  // Where a link of the mirror page leads is not in the HTML yet.
  const textFrom = (rendered: string, data: RenderData): string =>
    htmlToText(
      hasMirrorLinks && book !== null ? withMirrorLinks(rendered, book, mirrorUrlIn(data)) : rendered,
    )
  const render: CompiledEmail['render'] = (data, moment) => {
    const environment: RenderEnvironment = moment
    const rendered = html.template.render(data, environment)
    return {
      subject: oneLine(subject.template.render(data, environment)),
      html: rendered,
      text: content.text === null ? textFrom(rendered, data) : text.template.render(data, environment),
    }
  }
  const variables = uniqueVariables([subject.template, html.template, text.template])
  const usesMirror = variables.some(variable => variable.path === MIRROR_PATH) || hasMirrorLinks
  return { ok: true, content: { channel: 'email', render, variables, links: book, usesMirror }, findings }
}

/** What an email needs before anybody can get it. */
export const missingFromEmail = ({ subject, html, text }: EmailContent): Finding[] => [
  ...(subject.trim() === ''
    ? [
        placelessFinding('/content/subject', {
          code: 'subject_empty',
          message: 'Give the email a subject.',
        }),
      ]
    : []),
  ...(html.trim() === '' && (text ?? '').trim() === ''
    ? [
        placelessFinding('/content/html', {
          code: 'content_empty',
          message: 'Give the email an HTML or a text body.',
        }),
      ]
    : []),
]

/** The templates of an email's content. */
export const templatesOfEmail = (content: EmailContent): readonly string[] => [
  content.subject,
  content.html,
  content.text ?? '',
]
