/** The parts of the settings as the URL names them. */

/** The parts, in their order. */
export const SETTINGS_PARTS = [
  'account',
  'clients',
  'channels',
  'topics',
  'suppression',
  'allowed',
  'feedback',
  'rules',
  'keys',
  'schema',
  'namespaces',
  'merge',
  'clock',
] as const
/** One part. */
export type SettingsPart = (typeof SETTINGS_PARTS)[number]

/** Reads the open part out of a URL; the first one is not written there. */
export const readSettingsPart = (raw: Record<string, unknown>): { part?: SettingsPart } => {
  const part = SETTINGS_PARTS.find(one => one === raw['part'])
  return part === undefined || part === 'account' ? {} : { part }
}
