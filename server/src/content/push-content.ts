/** A push notification's content compiled: every text of it that is personalised, under one list of findings. */
import { type Finding, MAX_PUSH_BYTES, type PushContent, type RenderedPushContent } from '@carillon/contract'
import { type CompiledTemplate, compileTemplate } from '@carillon/template'
import type { PushButton, PushClick, PushNotification, PushPlatform } from '../channels/push/push.ts'
import { encodedSize, largestSize } from '../channels/push/size.ts'
import { isTemplate, type PushLinks, pushLinksOf } from '../tracking/push-links.ts'
import type { ContentSurroundings, RenderData, RenderMoment } from './email-content.ts'
import { placelessFinding, toFinding } from './findings.ts'

/** Content that renders. One instance is used for many renders at a time. */
export interface CompiledPush {
  readonly channel: 'push'
  /** Throws the template's `RenderError`, or an Error that says which value cannot be sent. */
  render(data: RenderData, moment: RenderMoment): PushContent
  readonly variables: CompiledTemplate['variables']
  /** The links; null: nobody follows them. */
  readonly links: PushLinks | null
}

type PushResult =
  | { readonly ok: true; readonly content: CompiledPush; readonly findings: Finding[] }
  | { readonly ok: false; readonly findings: Finding[] }

/**
 * What of content is sent. A silent notification has data alone: what its author wrote before it became silent is kept with
 * the draft, is not sent, and stands in the way of nothing.
 */
const asSent = (content: PushContent): PushContent =>
  content.pushType === 'message'
    ? content
    : { ...content, title: '', body: '', click: 'open_app', uri: null, media: null, icon: null, buttons: [] }

/** A personalised text of content: where it is, and what it says. */
interface Part {
  readonly pointer: string
  readonly source: string
}

const OPTIONAL = ['uri', 'media', 'icon', 'sound', 'badge', 'collapseKey'] as const

const partsOf = (content: PushContent): Part[] => [
  { pointer: '/content/title', source: content.title },
  { pointer: '/content/body', source: content.body },
  ...OPTIONAL.map(name => ({ pointer: `/content/${name}`, source: content[name] ?? '' })),
  ...content.buttons.flatMap(({ label, uri }, n) => [
    { pointer: `/content/buttons/${n}/label`, source: label },
    { pointer: `/content/buttons/${n}/uri`, source: uri ?? '' },
  ]),
  ...content.data.map(({ value }, n) => ({ pointer: `/content/data/${n}/value`, source: value })),
]

/** The templates of a notification's content. */
export const templatesOfPush = (content: PushContent): readonly string[] =>
  partsOf(asSent(content)).map(part => part.source)

type TextAt = (pointer: string) => string

const orNull = (text: string): string | null => (text === '' ? null : text)

/** The content with its texts final; `at` gives each by its pointer. */
const withTexts = (content: PushContent, at: TextAt): PushContent => {
  const optional = Object.fromEntries(OPTIONAL.map(name => [name, orNull(at(`/content/${name}`).trim())]))
  return {
    ...content,
    title: at('/content/title').trim(),
    body: at('/content/body').trim(),
    ...(optional as Pick<PushContent, (typeof OPTIONAL)[number]>),
    buttons: content.buttons.map((button, n) => ({
      ...button,
      label: at(`/content/buttons/${n}/label`).trim(),
      uri: orNull(at(`/content/buttons/${n}/uri`).trim()),
    })),
    data: content.data.map(({ name }, n) => ({ name, value: at(`/content/data/${n}/value`) })),
  }
}

const clickOf = (click: PushContent['click'], uri: string | null): PushClick =>
  click === 'open_app' ? { type: click } : { type: click, uri: uri ?? '' }

const buttonOf = ({ id, label, click, uri }: PushContent['buttons'][number]): PushButton => ({
  ...{ id, label, click: click === 'dismiss' ? { type: click } : clickOf(click, uri) },
})

const textOf = <K extends string>(name: K, value: string | null): { readonly [P in K]?: string } =>
  (value === null ? {} : { [name]: value }) as { readonly [P in K]?: string }

/** The notification that a channel encodes. */
export const notificationOf = (
  given: PushContent,
  shownBy: PushNotification['android']['shownBy'],
): PushNotification => {
  const content = asSent(given)
  const { pushType, title, body, click, uri, media, icon, sound, badge, collapseKey, buttons, data } = content
  const { ios, android, ttlSeconds, priority } = content
  return {
    ...{ kind: pushType, title, body, click: clickOf(click, uri), ttlSeconds, priority },
    ...{ ...textOf('media', media), ...textOf('icon', icon), ...textOf('sound', sound) },
    ...(badge === null ? {} : { badge: Number(badge) }),
    ...textOf('collapseKey', collapseKey),
    buttons: buttons.map(buttonOf),
    data: Object.fromEntries(data.map(({ name, value }) => [name, value])),
    ios: {
      ...{ ...textOf('category', ios.category), ...textOf('threadId', ios.threadId) },
      ...{ mutableContent: ios.mutableContent, contentAvailable: ios.contentAvailable },
    },
    android: {
      ...textOf('channelId', android.channelId),
      ...{ visibility: android.visibility, notificationPriority: android.notificationPriority, shownBy },
    },
  }
}

/** Content that is final, with its encoded sizes. */
export const shownPush = (content: PushContent): RenderedPushContent => {
  const notification = notificationOf(content, 'system')
  const [fcm, apns, web] = (['fcm', 'apns', 'web'] as const).map(one => encodedSize(one, notification))
  return { ...content, bytes: { fcm: fcm ?? 0, apns: apns ?? 0, web: web ?? 0 } }
}

const WEB = /^https?:\/\/[^\s/]/i
const SCHEME = /^[a-z][a-z0-9+.-]*:\S/i
// What runs or shows text of its own is no place in an app.
const CODE = /^(?:javascript|data|vbscript|blob|file):/i

const problemOfUri = (click: string, uri: string | null): string | undefined => {
  if (click === 'web_url') return WEB.test(uri ?? '') ? undefined : 'must begin with http:// or https://'
  if (click !== 'deep_link') return undefined
  return SCHEME.test(uri ?? '') && !CODE.test(uri ?? '')
    ? undefined
    : 'must be an address of the app, such as shop://order/1'
}

/** What cannot be sent of content that is final, by its pointer. */
export const unsendable = (
  content: PushContent,
): { readonly pointer: string; readonly message: string }[] => {
  const { click, uri, media, icon, badge, buttons } = content
  const pictures = [
    { pointer: '/content/media', value: media },
    { pointer: '/content/icon', value: icon },
  ]
  const addresses = [
    { pointer: '/content/uri', message: problemOfUri(click, uri) },
    ...buttons.map((one, n) => ({
      pointer: `/content/buttons/${n}/uri`,
      message: problemOfUri(one.click, one.uri),
    })),
    ...pictures.map(({ pointer, value }) => ({
      pointer,
      message: value === null || WEB.test(value) ? undefined : 'must begin with http:// or https://',
    })),
    {
      pointer: '/content/badge',
      message: badge === null || /^\d{1,9}$/.test(badge) ? undefined : 'must be a whole number',
    },
  ]
  return addresses.flatMap(({ pointer, message }) => (message === undefined ? [] : [{ pointer, message }]))
}

/** Compiles content once for all its sends. */
export const compilePushContent = (given: PushContent, surroundings: ContentSurroundings): PushResult => {
  const content = asSent(given)
  const compiled = partsOf(content).map(({ pointer, source }) => ({
    pointer,
    result: compileTemplate(source, { target: 'text', ...surroundings }),
  }))
  const findings = compiled.flatMap(({ pointer, result }) => result.diagnostics.map(toFinding(pointer)))
  const templates = new Map<string, CompiledTemplate>()
  for (const { pointer, result } of compiled) {
    if (!result.ok) return { ok: false, findings }
    templates.set(pointer, result.template)
  }
  const render: CompiledPush['render'] = (data, moment) => {
    const final = withTexts(content, pointer => templates.get(pointer)?.render(data, moment) ?? '')
    const [wrong] = unsendable(final)
    if (wrong !== undefined) throw new Error(`${wrong.pointer} ${wrong.message}`)
    return final
  }
  const links = surroundings.withLinks === true ? pushLinksOf(content, content.buttons) : null
  const variables = [...templates.values()].flatMap(template => template.variables)
  return {
    ok: true,
    findings,
    content: { channel: 'push', variables, render, links },
  }
}

/** Which devices a campaign can reach, as its channel configuration says. */
export interface PushReach {
  readonly platforms: readonly PushPlatform[]
  readonly shownBy: PushNotification['android']['shownBy']
}

/** Of a campaign whose configuration is not known. */
export const ANY_PUSH_REACH: PushReach = { platforms: ['fcm', 'apns', 'web'], shownBy: 'system' }

// Browsers show every push: a silent one never goes to them.
const reachedBy = ({ platforms }: PushReach, { kind }: PushNotification): readonly PushPlatform[] =>
  kind === 'silent' ? platforms.filter(one => one !== 'web') : platforms

/** What the sample data are rendered with. */
export interface SampleMoment extends Pick<RenderMoment, 'nowMs' | 'monotonicMs'> {
  readonly reach: PushReach
}

/**
 * What is wrong with the notification that the sample data give: the size is that of the bytes which are sent, to whom the
 * campaign can reach. Content that needs more than these data (a lookup, a fragment chosen by data) is measured when it is
 * sent.
 */
export const sampleFindingsOfPush = (
  compiled: CompiledPush,
  data: RenderData,
  { nowMs, monotonicMs, reach }: SampleMoment,
): Finding[] => {
  try {
    const moment = { nowMs, monotonicMs, random: () => 0, outside: {} }
    const notification = notificationOf(compiled.render(data, moment), reach.shownBy)
    const largest = largestSize(reachedBy(reach, notification), notification)
    return largest === undefined || largest.bytes <= MAX_PUSH_BYTES ? [] : [tooLarge(largest)]
  } catch {
    return []
  }
}

const finding = (pointer: string, code: string, message: string): Finding =>
  placelessFinding(pointer, { code, message })

const tooLarge = ({
  platform,
  bytes,
}: {
  readonly platform: PushPlatform
  readonly bytes: number
}): Finding =>
  finding(
    '/content/body',
    'payload_large',
    `It is ${bytes} bytes encoded for ${platform}, which takes ${MAX_PUSH_BYTES}.`,
  )

const RESERVED = /^(?:carillon|aps|from|gcm|notification|message_type|google\..*|gcm\..*)$/

const missingFromMessage = ({ body, title }: PushContent): Finding[] =>
  body.trim() === '' && title.trim() === ''
    ? [finding('/content/body', 'content_empty', 'Give the notification a title or a text.')]
    : []

const missingFromButtons = ({ buttons, ios }: PushContent): Finding[] => {
  const ids = buttons.map(one => one.id)
  return [
    ...buttons.flatMap(({ label }, n) =>
      label.trim() === ''
        ? [finding(`/content/buttons/${n}/label`, 'label_empty', 'Give the button a label.')]
        : [],
    ),
    ...ids.flatMap((id, n) =>
      ids.indexOf(id) === n
        ? []
        : [finding(`/content/buttons/${n}/id`, 'id_twice', 'Two buttons have the same id.')],
    ),
    ...(buttons.length > 0 && ios.category === null
      ? [
          {
            ...finding(
              '/content/ios/category',
              'category_missing',
              'iOS shows buttons of a category that the app declares, and none is named.',
            ),
            severity: 'warning' as const,
          },
        ]
      : []),
  ]
}

/** What a notification needs before anybody can get it. Values that depend on data are looked at when they are known. */
export const missingFromPush = (given: PushContent): Finding[] => {
  const content = asSent(given)
  const names = content.data.map(one => one.name)
  const sources = new Map(partsOf(content).map(({ pointer, source }) => [pointer, source]))
  return [
    ...(content.pushType === 'message' ? missingFromMessage(content) : []),
    ...missingFromButtons(content),
    ...unsendable(content)
      .filter(({ pointer }) => !isTemplate(sources.get(pointer) ?? ''))
      .map(({ pointer, message }) => finding(pointer, 'value_wrong', `This ${message}.`)),
    ...names.flatMap((name, n) => {
      const pointer = `/content/data/${n}/name`
      if (RESERVED.test(name))
        return [finding(pointer, 'name_reserved', 'This name is kept for the platforms.')]
      return names.indexOf(name) === n ? [] : [finding(pointer, 'name_twice', 'This name is there twice.')]
    }),
  ]
}
