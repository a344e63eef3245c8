/** The word for a channel. Pure. */
import { CHANNELS } from '@carillon/contract'
import type { useT } from '../../i18n/language.tsx'

/** The word; a channel that this studio does not know is called by its own name. */
export const channelName = (t: ReturnType<typeof useT>, channel: string): string => {
  const known = CHANNELS.find(one => one === channel)
  return known === undefined ? channel : t(`channel.${known}`)
}
