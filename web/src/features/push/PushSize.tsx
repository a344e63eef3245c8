/** How large the notification is once it is encoded, at each platform, of what they take. */
import { MAX_PUSH_BYTES, type RenderedPushContent } from '@carillon/contract'
import { Progress, Text } from '@mantine/core'
import { useSpeech } from '../../i18n/language.tsx'

const PLATFORMS = ['fcm', 'apns', 'web'] as const

/** One bar for each platform. */
export const PushSize = ({ bytes }: { bytes: RenderedPushContent['bytes'] }) => {
  const { t, formats } = useSpeech()
  return (
    <div data-push="size">
      {PLATFORMS.map(platform => {
        const size = bytes[platform]
        const isLarge = size > MAX_PUSH_BYTES
        return (
          <div key={platform}>
            <Text size="xs" c={isLarge ? 'red' : 'dimmed'}>
              {t('push.size', {
                platform: t(`device.${platform}`),
                bytes: formats.number(size),
                most: formats.number(MAX_PUSH_BYTES),
              })}
            </Text>
            <Progress
              size="xs"
              mb={6}
              value={Math.min(100, (100 * size) / MAX_PUSH_BYTES)}
              color={isLarge ? 'red' : 'bronze'}
              aria-label={t(`device.${platform}`)}
            />
          </div>
        )
      })}
    </div>
  )
}
