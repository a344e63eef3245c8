/** What a message comes to, by the price that its channel configuration names. */
import type { SmsPrice } from '@carillon/contract'
import { useSpeech } from '../../i18n/language.tsx'
import { useConfigurations } from '../settings/channel-queries.ts'

/** The words for a number of segments; undefined: the configuration names no price. */
export const useSegmentPrice = (
  configurationId: string | null,
): ((segments: number) => string | undefined) => {
  const { t, formats } = useSpeech()
  const { data } = useConfigurations()
  const found = data?.items.find(one => one.id === configurationId)
  const price: SmsPrice | null = found?.channel === 'sms' ? found.segmentPrice : null
  return segments =>
    price === null
      ? undefined
      : t('sms.price', { price: formats.money(segments * price.amount, price.currency) })
}
