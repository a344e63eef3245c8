/** `/u/{token}`: one-click unsubscribe (RFC 8058), and the page of the link in a mail. Only a POST changes anything. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refusesMarketing } from '../../consent/choice.ts'
import { changeConsent } from '../../consent/consent.ts'
import { fieldsOf, isOneClick } from './form.ts'
import { html, sendPage } from './page-html.ts'
import {
  cameIn,
  type PageDeps,
  type PageRequest,
  sendInvalid,
  sendNothing,
  type Visit,
  visitOf,
} from './visit.ts'

type UnsubscribeVisit = Visit<'unsubscribe'>

const sendDone = (deps: PageDeps, reply: FastifyReply, visit: UnsubscribeVisit): FastifyReply => {
  const { link, words, language, actor } = visit
  const said = link.level === 'identity' ? words.unsubscribedIdentity : words.unsubscribedText
  const body = html`<p class="said" role="status">${said}</p><p class="soft">${link.address}</p>
<p>${words.service}</p><p><a href="${deps.links.preferences(link, actor.now)}">${words.toPreferences}</a></p>`
  return sendPage(reply, { status: 200, language, title: words.unsubscribed, body })
}

const questionOf = ({ link, words }: UnsubscribeVisit): string =>
  link.level === 'identity' ? words.unsubscribeIdentity : words.unsubscribeChannel

const sendQuestion = (deps: PageDeps, reply: FastifyReply, visit: UnsubscribeVisit): FastifyReply => {
  const { link, words, language, actor } = visit
  const body = html`<p>${questionOf(visit)}</p><p class="soft">${link.address}</p>
<form method="post"><input type="hidden" name="unsubscribe" value="yes"><button>${words.unsubscribeDo}</button></form>
<p></p><p><a href="${deps.links.preferences(link, actor.now)}">${words.toPreferences}</a></p>`
  return sendPage(reply, { status: 200, language, title: words.unsubscribe, body })
}

const isOut = ({ link, attributes }: UnsubscribeVisit): boolean =>
  refusesMarketing(attributes, { channel: 'email', namespace: 'email', value: link.address })

const unsubscribe = async (visit: UnsubscribeVisit, request: PageRequest): Promise<void> => {
  const { link, words, actor } = visit
  const byProgram = isOneClick(request.body)
  const shown = byProgram ? null : `${questionOf(visit)} [${words.unsubscribeDo}]`
  const of = cameIn(visit, request, { source: byProgram ? 'one_click' : 'link', shown })
  const place =
    link.level === 'identity'
      ? ({ level: 'identity', channel: 'email', namespace: 'email', value: link.address } as const)
      : ({ level: 'channel', channel: 'email' } as const)
  await changeConsent(actor, of, [{ place, value: 'n' }])
}

/** Adds both routes. The answer to a repeat is the same as to the first call. */
export const unsubscribeRoutes = (app: FastifyInstance, deps: PageDeps): void => {
  const options = { schema: { hide: true } }
  app.get<{ Params: { token: string } }>('/u/:token', options, async (request, reply) => {
    const visit = await visitOf(deps, request, 'unsubscribe')
    if (visit === undefined) return sendInvalid(request, reply)
    return isOut(visit) ? sendDone(deps, reply, visit) : sendQuestion(deps, reply, visit)
  })
  app.post<{ Params: { token: string } }>('/u/:token', options, async (request, reply) => {
    const visit = await visitOf(deps, request, 'unsubscribe')
    if (visit === undefined) return sendInvalid(request, reply)
    if (!isOneClick(request.body) && fieldsOf(request.body).get('unsubscribe') !== 'yes')
      return sendNothing(request, reply)
    await unsubscribe(visit, request)
    const { messageId } = visit.link
    const of = { kind: 'unsubscribe', linkId: 0n, machine: false, at: visit.actor.now } as const
    if (messageId !== null) deps.interactions.note({ messageId, ...of })
    return sendDone(deps, reply, visit)
  })
}
