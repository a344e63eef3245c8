/** The attributes that Carillon itself reads: what a writer may say there. All others are free. Pure. */
import { MAX_PUSH_DEVICES, PUSH_PLATFORMS } from '@carillon/contract'
import { Fault, type Problem } from '../lib/fault.ts'
import { isTimeZone } from '../lib/time-zone.ts'
import { isTree, type Tree } from '../lib/tree.ts'
import { valueAt } from './attributes.ts'
import { deviceKey } from './push-token.ts'

const LONGEST = { appID: 200, token: 4_096 } as const
const ZONE = 'must be the name of a time zone, such as Europe/Amsterdam'
const LANGUAGE = 'must be a language tag (BCP 47), such as nl or pt-BR'

/** True for a language tag such as `nl`, `pt-BR` or `zh-Hant-TW`. */
export const isLanguageTag = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

const textProblems = (device: Tree, name: keyof typeof LONGEST, pointer: string): Problem[] => {
  const value = valueAt(device, name)
  if (typeof value !== 'string' || value.trim() === '')
    return [{ pointer: `${pointer}/${name}`, message: 'must be a text that is not blank' }]
  return value.length <= LONGEST[name]
    ? []
    : [{ pointer: `${pointer}/${name}`, message: `must have at most ${LONGEST[name]} characters` }]
}

const deviceProblems = (device: unknown, pointer: string): Problem[] => {
  if (!isTree(device)) return [{ pointer, message: 'must be an object' }]
  const platform = valueAt(device, 'platform')
  const [denylisted, vapidKey] = [valueAt(device, 'denylisted'), valueAt(device, 'vapidKey')]
  return [
    ...textProblems(device, 'appID', pointer),
    ...textProblems(device, 'token', pointer),
    ...(PUSH_PLATFORMS.some(one => one === platform)
      ? []
      : [{ pointer: `${pointer}/platform`, message: `must be one of ${PUSH_PLATFORMS.join(', ')}` }]),
    ...(denylisted === undefined || typeof denylisted === 'boolean'
      ? []
      : [{ pointer: `${pointer}/denylisted`, message: 'must be true or false' }]),
    ...(vapidKey === undefined || (typeof vapidKey === 'string' && vapidKey.length <= 100)
      ? []
      : [{ pointer: `${pointer}/vapidKey`, message: 'must be a text of at most 100 characters' }]),
  ]
}

const devicesProblems = (devices: unknown, pointer: string): Problem[] => {
  if (!Array.isArray(devices)) return [{ pointer, message: 'must be a list of devices' }]
  if (devices.length > MAX_PUSH_DEVICES)
    return [{ pointer, message: `must have at most ${MAX_PUSH_DEVICES} devices` }]
  const problems = devices.flatMap((device, index) => deviceProblems(device, `${pointer}/${index}`))
  if (problems.length > 0) return problems
  const keys = devices.map(deviceKey)
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index
      ? []
      : [{ pointer: `${pointer}/${index}/token`, message: 'is there already for this app' }],
  )
}

/** What is wrong with the attributes that a writer gives; the pointers are below `pointer`. Null takes a member away. */
export const memberProblems = (attributes: Tree, pointer: string): Problem[] => {
  const [zone, language, devices] = ['timeZone', 'preferredLanguage', 'pushNotificationDetails'].map(
    name => valueAt(attributes, name) ?? undefined,
  )
  const isZone = zone === undefined || (typeof zone === 'string' && isTimeZone(zone))
  const isLanguage = language === undefined || (typeof language === 'string' && isLanguageTag(language))
  return [
    ...(isZone ? [] : [{ pointer: `${pointer}/timeZone`, message: ZONE }]),
    ...(isLanguage ? [] : [{ pointer: `${pointer}/preferredLanguage`, message: LANGUAGE }]),
    ...(devices === undefined ? [] : devicesProblems(devices, `${pointer}/pushNotificationDetails`)),
  ]
}

/** Refuses attributes with such mistakes. */
export const refuseBadMembers = (attributes: Tree): void => {
  const problems = memberProblems(attributes, '/attributes')
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}
