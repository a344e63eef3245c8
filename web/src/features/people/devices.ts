/** The push devices of a profile, as far as they are ones. Pure. */
import { type Profile, PUSH_PLATFORMS, type PushDevice } from '@carillon/contract'

const isDevice = (value: unknown): value is PushDevice => {
  if (typeof value !== 'object' || value === null) return false
  const { appID, token, platform } = value as Readonly<Record<string, unknown>>
  return (
    typeof appID === 'string' && typeof token === 'string' && PUSH_PLATFORMS.some(one => one === platform)
  )
}

/** The devices; what a caller wrote in another shape is left out of sight. */
export const devicesOf = (profile: Profile): PushDevice[] => {
  const list = profile.attributes['pushNotificationDetails']
  return Array.isArray(list) ? list.filter(isDevice) : []
}
