/** The preview of a notification: on the device of one's choice, with its encoded size at each platform. */
import type { RenderedPushContent } from '@carillon/contract'
import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { DevicePreview, PUSH_LOOKS, type PushLook } from './DevicePreview.tsx'
import { PushSize } from './PushSize.tsx'

/** Null: there is nothing to show yet. */
export const PushPreview = ({ push }: { push: RenderedPushContent | null }) => {
  const t = useT()
  const [look, setLook] = useState<PushLook>('android')
  return (
    <Stack gap="xs" p="md" data-preview="push">
      <SegmentedControl
        size="xs"
        aria-label={t('push.look')}
        value={look}
        onChange={next => setLook(PUSH_LOOKS.find(one => one === next) ?? 'android')}
        data={PUSH_LOOKS.map(value => ({ value, label: t(`push.look.${value}`) }))}
      />
      {push === null ? (
        <Text size="sm" c="dimmed" ta="center" py="xl">
          {t('preview.empty')}
        </Text>
      ) : (
        <>
          <DevicePreview push={push} look={look} app={t('push.app')} />
          <PushSize bytes={push.bytes} />
        </>
      )}
    </Stack>
  )
}
