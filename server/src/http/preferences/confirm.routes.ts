/** `/c/{token}`: the second yes to a topic. A GET shows the button and changes nothing: scanners open every link. */
import type { FastifyInstance } from 'fastify'
import { findSubscription } from '../../consent/consent.store.ts'
import { confirmSubscription } from '../../consent/consent.ts'
import { findTopic, type TopicRecord } from '../../consent/topic.store.ts'
import { fieldsOf } from './form.ts'
import { type Html, html, sendPage } from './page-html.ts'
import { inLanguage } from './preferences.routes.ts'
import {
  cameIn,
  type PageDeps,
  type PageRequest,
  sendInvalid,
  sendNothing,
  type Visit,
  visitOf,
} from './visit.ts'

type ConfirmVisit = Visit<'confirm'> & { readonly topic: TopicRecord }

const open = async (deps: PageDeps, request: PageRequest): Promise<ConfirmVisit | undefined> => {
  const visit = await visitOf(deps, request, 'confirm')
  if (visit === undefined) return undefined
  const topic = await findTopic(deps.pool, visit.link.sandboxId, visit.link.topicId)
  return topic === undefined || topic.archivedAt !== null ? undefined : { ...visit, topic }
}

const nameOf = ({ topic, language }: ConfirmVisit): string => inLanguage(topic.name, language)

type State = 'open' | 'done' | 'over'

const stateOf = async (deps: PageDeps, { link }: ConfirmVisit): Promise<State> => {
  const found = await findSubscription(deps.pool, link.profileId, link.topicId)
  if (found?.value === 'y') return 'done'
  return found?.value === 'p' && found.eventId === link.eventId ? 'open' : 'over'
}

const pageOf = (visit: ConfirmVisit, state: State): { status: number; title: string; body: Html } => {
  const { words } = visit
  const name = html`<p><strong>${nameOf(visit)}</strong></p>`
  if (state === 'done')
    return {
      status: 200,
      title: words.confirmed,
      body: html`<div class="said" role="status">${name}</div>`,
    }
  if (state === 'over')
    return { status: 410, title: words.nothing, body: html`${name}<p>${words.confirmOver}</p>` }
  const button = html`<form method="post"><input type="hidden" name="confirm" value="yes"><button>${words.confirmDo}</button></form>`
  return { status: 200, title: words.confirm, body: html`<p>${words.confirmText}</p>${name}${button}` }
}

/** Adds both routes. */
export const confirmRoutes = (app: FastifyInstance, deps: PageDeps): void => {
  const options = { schema: { hide: true } }
  app.get<{ Params: { token: string } }>('/c/:token', options, async (request, reply) => {
    const visit = await open(deps, request)
    if (visit === undefined) return sendInvalid(request, reply)
    const { language } = visit
    return sendPage(reply, { language, ...pageOf(visit, await stateOf(deps, visit)) })
  })
  app.post<{ Params: { token: string } }>('/c/:token', options, async (request, reply) => {
    const visit = await open(deps, request)
    if (visit === undefined) return sendInvalid(request, reply)
    if (fieldsOf(request.body).get('confirm') !== 'yes') return sendNothing(request, reply)
    const { link, words, language, actor } = visit
    const shown = `${words.confirmText} ${nameOf(visit)} [${words.confirmDo}]`
    const of = cameIn(visit, request, { source: 'link', shown })
    const outcome = await confirmSubscription(actor, of, link)
    return sendPage(reply, { language, ...pageOf(visit, outcome === 'over' ? 'over' : 'done') })
  })
}
