/**
 * What a configuration personalises for each mail: sender, reply address, copies, header fields, parameters of links.
 * Compiled once; where nothing is personalised, a mail costs nothing here. Knows no person and no store.
 */
import type { EmailConfigurationWrite, Finding } from '@carillon/contract'
import { type CompiledTemplate, compileTemplate } from '@carillon/template'
import { isAsciiAddress, parseAddress } from '../channels/email/address.ts'
import type { Mailbox } from '../channels/email/email.ts'
import type { LinkParameter } from '../channels/email/link-parameters.ts'
import type { RenderData, RenderMoment } from './email-content.ts'
import { toFinding } from './findings.ts'

/** The members that are personalised. */
export type SendingTemplates = Required<
  Pick<
    EmailConfigurationWrite,
    | 'fromName'
    | 'fromAddress'
    | 'replyTo'
    | 'replyToName'
    | 'senderName'
    | 'senderAddress'
    | 'headers'
    | 'cc'
    | 'bcc'
    | 'urlParameters'
    | 'linkHost'
    | 'dynamicDomain'
  >
>

/** What one mail gets. */
export interface RenderedSending {
  readonly from: Mailbox
  readonly replyTo: Mailbox | null
  /** Null where it would say nothing that From does not. */
  readonly sender: Mailbox | null
  readonly headers: Readonly<Record<string, string>>
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
  readonly urlParameters: readonly LinkParameter[]
  /** The host that the mail's own links lead to; null: the instance's own. */
  readonly linkHost: string | null
}

/** A mail's own, or why there is none for this person. */
export type SendingOutcome =
  | { readonly ok: true; readonly sending: RenderedSending }
  | { readonly ok: false; readonly problem: string }

/** Compiled sending parameters. `render` throws the template's `RenderError` and nothing else. */
export interface CompiledSending {
  render(data: RenderData, moment: RenderMoment): SendingOutcome
  readonly variables: CompiledTemplate['variables']
}

/** Compiled, or everything that is wrong. */
export type SendingResult =
  | { readonly ok: true; readonly sending: CompiledSending; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] }

interface Texts {
  readonly fromName: string
  readonly fromAddress: string
  readonly replyToName: string
  readonly replyTo: string
  readonly senderName: string
  readonly senderAddress: string
  readonly cc: string
  readonly domain: string
  readonly headers: readonly string[]
  readonly parameters: readonly string[]
}

type Text = (data: RenderData, moment: RenderMoment) => string

const isPersonal = (source: string): boolean => source.includes('{{') || source.includes('{%')

/** Compiles one text and gathers what is wrong with it; a text without placeholders is itself. */
const createCompiler = () => {
  const findings: Finding[] = []
  const variables: CompiledTemplate['variables'][number][] = []
  let personal = 0
  const compile = (pointer: string, source: string | null): Text => {
    const text = source ?? ''
    if (!isPersonal(text)) {
      const constant = text.trim()
      return () => constant
    }
    personal += 1
    const compiled = compileTemplate(text, { target: 'text' })
    findings.push(...compiled.diagnostics.map(toFinding(pointer)))
    if (!compiled.ok) return () => ''
    const { template } = compiled
    variables.push(...template.variables)
    return (data, moment) => template.render(data, moment).trim()
  }
  return { compile, findings, variables, isConstant: () => personal === 0 }
}

const mailboxOf = (name: string, address: string): Mailbox | undefined => {
  const parsed = parseAddress(address)
  if (parsed === undefined || !isAsciiAddress(parsed.address)) return undefined
  return { name, address: parsed.address }
}

const refuse = (problem: string): SendingOutcome => ({ ok: false, problem })

const MOST_COPIES = 5

// Providers refuse a mail that names somebody twice; that servers tell capitals apart happens on paper only.
const newTo = (seen: Set<string>) => (address: string) => {
  const isNew = !seen.has(address.toLowerCase())
  seen.add(address.toLowerCase())
  return isNew
}

const copiesOf = (text: string): string[] =>
  text
    .split(',')
    .flatMap(one => parseAddress(one.trim())?.address ?? [])
    .filter(isAsciiAddress)
    .filter(newTo(new Set()))
    .slice(0, MOST_COPIES)

/** The same without copies. */
export const withoutCopies = (sending: RenderedSending): RenderedSending => ({ ...sending, cc: [], bcc: [] })

/** The copies beside a recipient: nobody gets the mail twice. */
export const copiesBeside = (sending: RenderedSending, to: string): RenderedSending => {
  if (sending.cc.length + sending.bcc.length === 0) return sending
  const isNew = newTo(new Set([to.toLowerCase()]))
  return { ...sending, cc: sending.cc.filter(isNew), bcc: sending.bcc.filter(isNew) }
}

const localOf = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf('@')))

/** The address of From and the host of links; undefined when the expression gave no domain of the list. */
const placeOf = (
  { dynamicDomain, linkHost }: SendingTemplates,
  texts: Texts,
): { readonly address: string; readonly linkHost: string | null } | undefined => {
  if (dynamicDomain === null) return { address: texts.fromAddress, linkHost }
  const chosen = dynamicDomain.domains.find(one => one.domain.toLowerCase() === texts.domain.toLowerCase())
  if (chosen === undefined) return undefined
  return { address: `${localOf(texts.fromAddress)}@${chosen.domain}`, linkHost: chosen.linkHost ?? linkHost }
}

const optional = (isSet: boolean, mailbox: Mailbox | undefined): Mailbox | null | undefined =>
  isSet ? mailbox : null

const outcomeOf = (templates: SendingTemplates, texts: Texts): SendingOutcome => {
  const place = placeOf(templates, texts)
  if (place === undefined)
    return refuse(
      `the domain of the sender came out as "${texts.domain}", which is none of the configuration`,
    )
  const from = mailboxOf(texts.fromName, place.address)
  if (from === undefined) return refuse(`the sender came out as "${place.address}", which is no address`)
  if (isPersonal(templates.fromName) && texts.fromName === '')
    return refuse('the name of the sender came out empty')
  const replyTo = optional(templates.replyTo !== null, mailboxOf(texts.replyToName, texts.replyTo))
  if (replyTo === undefined) return refuse(`the reply address came out as "${texts.replyTo}", which is none`)
  const sender = optional(templates.senderAddress !== null, mailboxOf(texts.senderName, texts.senderAddress))
  if (sender === undefined) return refuse(`Sender came out as "${texts.senderAddress}", which is no address`)
  const empty = templates.headers.find((_field, index) => texts.headers[index] === '')
  if (empty !== undefined) return refuse(`the header field ${empty.name} came out empty`)
  const isSame = sender?.address === from.address
  return {
    ok: true,
    sending: {
      from,
      replyTo,
      sender: isSame ? null : sender,
      headers: Object.fromEntries(
        templates.headers.map(({ name }, index) => [name, texts.headers[index] ?? '']),
      ),
      linkHost: place.linkHost,
      cc: copiesOf(texts.cc),
      bcc: templates.bcc.flatMap(one => parseAddress(one)?.address ?? []),
      urlParameters: templates.urlParameters.map(({ name }, index) => ({
        name,
        value: texts.parameters[index] ?? '',
      })),
    },
  }
}

/** Compiles the sending parameters of a configuration once for all its mails. */
export const compileSending = (templates: SendingTemplates): SendingResult => {
  const { compile, findings, variables, isConstant } = createCompiler()
  const fromName = compile('/fromName', templates.fromName)
  const fromAddress = compile('/fromAddress', templates.fromAddress)
  const replyToName = compile('/replyToName', templates.replyToName)
  const replyTo = compile('/replyTo', templates.replyTo)
  const senderName = compile('/senderName', templates.senderName)
  const senderAddress = compile('/senderAddress', templates.senderAddress)
  const cc = compile('/cc', templates.cc)
  const domain = compile('/dynamicDomain/expression', templates.dynamicDomain?.expression ?? null)
  const headers = templates.headers.map((one, index) => compile(`/headers/${index}/value`, one.value))
  const parameters = templates.urlParameters.map((one, index) =>
    compile(`/urlParameters/${index}/value`, one.value),
  )
  const render = (data: RenderData, moment: RenderMoment): SendingOutcome =>
    outcomeOf(templates, {
      fromName: fromName(data, moment),
      fromAddress: fromAddress(data, moment),
      replyToName: replyToName(data, moment),
      replyTo: replyTo(data, moment),
      senderName: senderName(data, moment),
      senderAddress: senderAddress(data, moment),
      cc: cc(data, moment),
      domain: domain(data, moment),
      headers: headers.map(text => text(data, moment)),
      parameters: parameters.map(text => text(data, moment)),
    })
  if (findings.some(one => one.severity === 'error')) return { ok: false, findings }
  if (!isConstant()) return { ok: true, sending: { render, variables }, findings }
  // Nothing of it depends on the person: one answer for all.
  const constant = render(
    { profile: {}, context: {} },
    { nowMs: 0, monotonicMs: () => 0, random: () => 0, outside: {} },
  )
  return { ok: true, sending: { render: () => constant, variables }, findings }
}
