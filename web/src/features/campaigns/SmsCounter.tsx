/** What a text comes to while it is typed: characters, coding, segments, and what makes it dear. */
import { MAX_MMS_TEXT, type SmsContent } from '@carillon/contract'
import { measureSms, plainForGsm } from '@carillon/template'
import { Button, Group, Text } from '@mantine/core'
import { useSpeech } from '../../i18n/language.tsx'
import { useSegmentPrice } from './segment-price.ts'

const MOST_NAMED = 8

/** The line below the text. Placeholders are counted as they are written: what stands in their place is longer or shorter. */
export const SmsCounter = (props: {
  content: SmsContent
  configurationId: string | null
  readOnly: boolean
  onPlain: (text: string) => void
}) => {
  const { t, formats } = useSpeech()
  const { content, configurationId, readOnly, onPlain } = props
  const priceOf = useSegmentPrice(configurationId)
  if (content.messageType === 'mms')
    return (
      <Text size="xs" c="dimmed" aria-live="polite" data-sms="counter">
        {t('sms.countMms', { count: [...content.text].length, most: MAX_MMS_TEXT })}
      </Text>
    )
  const { coding, characters, segments, perSegment, left, outside } = measureSms(content.text)
  const plain = plainForGsm(content.text)
  const canBePlain = outside.length > 0 && measureSms(plain).outside.length < outside.length
  return (
    <div>
      <Group gap="md" aria-live="polite" data-sms="counter" data-segments={segments}>
        <Text size="sm" fw={560}>
          {t('sms.segments', { count: segments })}
        </Text>
        <Text size="xs" c="dimmed">
          {t('sms.count', { characters: formats.number(characters), left, size: perSegment })}
          {' · '}
          {t(`sms.coding.${coding}`)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {t(/\{\{|\{%/.test(content.text) ? 'sms.priceHintPersonal' : 'sms.priceHint', { count: segments })}{' '}
        {priceOf(segments)}
      </Text>
      {outside.length > 0 && (
        <Text size="xs" className="break">
          {t('sms.outside', { characters: outside.slice(0, MOST_NAMED).join(' ') })}{' '}
          {canBePlain && !readOnly && (
            <Button size="compact-xs" variant="default" onClick={() => onPlain(plain)}>
              {t('sms.plain')}
            </Button>
          )}
        </Text>
      )}
    </div>
  )
}
