/** `/p/{token}`: what a person wants to get, on one page. Only a POST changes anything. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type ChoicePlace, choiceAt, refusesMarketing } from '../../consent/choice.ts'
import { type ConsentWrite, changeConsent } from '../../consent/consent.ts'
import { type Bilingual, type TopicOfPerson, topicsOfPerson } from '../../consent/topic.store.ts'
import { isRefusal } from '../../profiles/refusal.ts'
import { fieldsOf } from './form.ts'
import { type Html, html, NOTHING, sendPage } from './page-html.ts'
import type { PageLanguage } from './page-words.ts'
import {
  cameIn,
  type PageDeps,
  type PageRequest,
  sendInvalid,
  sendNothing,
  type Visit,
  visitOf,
} from './visit.ts'

type PreferenceVisit = Visit<'preferences'> & { readonly topics: readonly TopicOfPerson[] }

/** A text in a language; where the Dutch one is empty, the English one. */
export const inLanguage = (text: Bilingual, language: PageLanguage): string => text[language] || text.en

const open = async (deps: PageDeps, request: PageRequest): Promise<PreferenceVisit | undefined> => {
  const visit = await visitOf(deps, request, 'preferences')
  if (visit === undefined) return undefined
  const { sandboxId, profileId } = visit.link
  const topics = await topicsOfPerson(deps.pool, sandboxId, profileId)
  return { ...visit, topics: topics.filter(topic => !topic.archived) }
}

const isOut = ({ link, attributes }: PreferenceVisit): boolean =>
  refusesMarketing(attributes, { channel: 'email', namespace: 'email', value: link.address })

const CHECKED: Html = { markup: ' checked' }

const topicBox = (topic: TopicOfPerson, language: PageLanguage): Html => {
  const description = inLanguage(topic.description, language)
  const small = description === '' ? NOTHING : html`<small>${description}</small>`
  return html`<label><input type="checkbox" name="topic" value="${topic.topicId}"${topic.value === 'y' ? CHECKED : NOTHING}><span>${inLanguage(topic.name, language)}${small}</span></label>`
}

const topicPart = ({ topics, words, language }: PreferenceVisit): Html =>
  topics.length === 0
    ? NOTHING
    : html`<fieldset><legend>${words.topics}</legend><p class="soft">${words.topicsText}</p>${topics.map(topic => topicBox(topic, language))}</fieldset>`

const bodyOf = (visit: PreferenceVisit, saved: boolean): Html => {
  const { words, link } = visit
  const out = isOut(visit)
  const choice = (value: string, label: string, on: boolean): Html =>
    html`<label><input type="radio" name="marketing" value="${value}"${on ? CHECKED : NOTHING}><span>${label}</span></label>`
  return html`${saved ? html`<p class="said" role="status">${words.saved}</p>` : NOTHING}<p class="soft">${link.address}</p>
<form method="post"><fieldset><legend>${words.marketing}</legend>${choice('yes', words.yes, !out)}${choice('no', words.no, out)}</fieldset>
${topicPart(visit)}<button name="deed" value="save">${words.save}</button></form>
<form method="post"><p class="soft">${words.everythingText}</p><button class="quiet" name="deed" value="everything">${words.everything}</button></form>
<p></p><p class="soft">${words.service}</p>`
}

const sendPreferences = (reply: FastifyReply, visit: PreferenceVisit, saved: boolean): FastifyReply => {
  const { language, words } = visit
  return sendPage(reply, { status: 200, language, title: words.preferences, body: bodyOf(visit, saved) })
}

const placesOf = ({ link }: PreferenceVisit): ChoicePlace[] => [
  ...(['any', 'email'] as const).map(channel => ({ level: 'channel', channel }) as const),
  ...(link.address === ''
    ? []
    : (['any', 'email'] as const).map(
        channel => ({ level: 'identity', channel, namespace: 'email', value: link.address }) as const,
      )),
]

// A yes takes back every refusal that stands in its way, and nothing else: a page left as it came is no consent.
const marketingWrites = (visit: PreferenceVisit, answer: string | null): ConsentWrite[] => {
  const out = isOut(visit)
  if (answer === 'no' && !out) return [{ place: { level: 'channel', channel: 'email' }, value: 'n' }]
  if (answer !== 'yes' || !out) return []
  return placesOf(visit)
    .filter(place => isRefusal(choiceAt(visit.attributes, place)))
    .map(place => ({ place, value: 'y' }))
}

// The link came to the person's own address, so a tick needs no second yes.
const topicWrite = (topicId: string, value: 'y' | 'n'): ConsentWrite => ({
  place: { level: 'topic', topicId },
  value,
  asksAgain: false,
})

const savedWrites = (visit: PreferenceVisit, fields: URLSearchParams): ConsentWrite[] => {
  const ticked = new Set(fields.getAll('topic'))
  const topics = visit.topics.flatMap(({ topicId, value }) => {
    if (ticked.has(topicId)) return value === 'y' ? [] : [topicWrite(topicId, 'y')]
    return value === 'y' ? [topicWrite(topicId, 'n')] : []
  })
  return [...marketingWrites(visit, fields.get('marketing')), ...topics]
}

const everythingWrites = (visit: PreferenceVisit): ConsentWrite[] => [
  { place: { level: 'channel', channel: 'any' }, value: 'n' },
  ...visit.topics
    .filter(topic => topic.value === 'y' || topic.value === 'p')
    .map(topic => topicWrite(topic.topicId, 'n')),
]

// What the person read and answered, as words.
const shownOf = (visit: PreferenceVisit, fields: URLSearchParams): string => {
  const { words, topics, language } = visit
  if (fields.get('deed') === 'everything') return `${words.everythingText} [${words.everything}]`
  const ticked = new Set(fields.getAll('topic'))
  const answers = new Map([
    ['yes', words.yes],
    ['no', words.no],
  ])
  const answer = answers.get(fields.get('marketing') ?? '') ?? '-'
  const lines = topics.map(
    topic => `[${ticked.has(topic.topicId) ? 'x' : ' '}] ${inLanguage(topic.name, language)}`,
  )
  return [`${words.marketing}: ${answer}`, ...lines].join('\n').slice(0, 5_000)
}

/** Adds both routes. */
export const preferenceRoutes = (app: FastifyInstance, deps: PageDeps): void => {
  const options = { schema: { hide: true } }
  app.get<{ Params: { token: string } }>('/p/:token', options, async (request, reply) => {
    const visit = await open(deps, request)
    return visit === undefined ? sendInvalid(request, reply) : sendPreferences(reply, visit, false)
  })
  app.post<{ Params: { token: string } }>('/p/:token', options, async (request, reply) => {
    const visit = await open(deps, request)
    if (visit === undefined) return sendInvalid(request, reply)
    const fields = fieldsOf(request.body)
    const deed = fields.get('deed')
    if (deed !== 'save' && deed !== 'everything') return sendNothing(request, reply)
    const writes = deed === 'everything' ? everythingWrites(visit) : savedWrites(visit, fields)
    const of = cameIn(visit, request, { source: 'preference_page', shown: shownOf(visit, fields) })
    await changeConsent(visit.actor, of, writes)
    const after = await open(deps, request)
    return after === undefined ? sendInvalid(request, reply) : sendPreferences(reply, after, true)
  })
}
