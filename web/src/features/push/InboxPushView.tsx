/** A notification in the Inbox, as its device would show it, and what its app got beside. */
import type { InboxPush } from '@carillon/contract'
import { Stack, Text } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { isKey } from '../../i18n/translate.ts'
import { DevicePreview, type PushLook } from './DevicePreview.tsx'

const LOOKS: Readonly<Record<InboxPush['platform'], PushLook>> = {
  fcm: 'android',
  apns: 'ios',
  apnsSandbox: 'ios',
  web: 'web',
}

/** The view. */
export const InboxPushView = ({ push }: { push: InboxPush }) => {
  const t = useT()
  const click = `push.click.${push.click}`
  return (
    <Stack gap={4} p="md">
      <DevicePreview push={push} look={LOOKS[push.platform]} app={t(`device.${push.platform}`)} />
      <Text size="sm" className="break">
        {t('push.click')} {isKey(click) ? t(click) : push.click} {push.uri ?? ''}
      </Text>
      {push.data.map(({ name, value }) => (
        <Text key={name} size="xs" className="mono break">
          {name}: {value}
        </Text>
      ))}
    </Stack>
  )
}
