/** A notification as a phone or a browser shows it: of what is written, and of what came into the Inbox. */
import type { RenderedPushContent } from '@carillon/contract'
import { Button, Text } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import './push.css'

/** Where it is shown. */
export const PUSH_LOOKS = ['android', 'ios', 'web'] as const
/** Where it is shown. */
export type PushLook = (typeof PUSH_LOOKS)[number]

/** How many buttons each shows. */
const MOST_BUTTONS: Readonly<Record<PushLook, number>> = { android: 3, ios: 4, web: 2 }

/** What is shown of a notification. */
export type ShownPush = Pick<RenderedPushContent, 'pushType' | 'title' | 'body' | 'media' | 'badge'> & {
  readonly buttons: readonly { readonly id: string; readonly label: string }[]
}

const isPicture = (media: string): boolean =>
  /^https?:\/\//i.test(media) && !/\.(?:mp4|m4v|mov|mp3|wav)(?:\?|$)/i.test(media)

// Whoever wrote it learns nothing of who looks at it, until that person asks for it.
const Media = ({ uri }: { uri: string }) => {
  const t = useT()
  const [isShown, setShown] = useState(false)
  if (!isPicture(uri)) return <Text size="xs">{uri}</Text>
  return isShown ? (
    <img className="push-media" src={uri} alt={t('sms.mediaAlt')} referrerPolicy="no-referrer" />
  ) : (
    <Button mt={6} size="compact-xs" variant="default" onClick={() => setShown(true)}>
      {t('sms.mediaShow')}
    </Button>
  )
}

const Card = ({ push, look, app }: { push: ShownPush; look: PushLook; app: string }) => (
  <article className="push-card" aria-label={app}>
    <div className="push-app">
      <span className="push-icon">
        <IconBell size={13} aria-hidden />
        {push.badge !== null && <span className="push-badge">{push.badge}</span>}
      </span>
      <span>{app}</span>
    </div>
    {push.title !== '' && (
      <Text fw={620} size="sm" className="break" data-push="title">
        {push.title}
      </Text>
    )}
    <Text size="sm" className="break push-body" data-push="body">
      {push.body}
    </Text>
    {push.media !== null && <Media key={push.media} uri={push.media} />}
    {push.buttons.length > 0 && (
      <div className="push-buttons">
        {push.buttons.slice(0, MOST_BUTTONS[look]).map(({ id, label }) => (
          <span key={id}>{label}</span>
        ))}
      </div>
    )}
  </article>
)

/** The device. `app` names the app or the site. */
export const DevicePreview = (props: { push: ShownPush; look: PushLook; app: string }) => {
  const t = useT()
  const { push } = props
  return (
    <div className="device" data-look={props.look}>
      <div className="device-screen">
        <div className="device-time" aria-hidden>
          9:41
        </div>
        {push.pushType === 'silent' ? (
          <Text size="sm" ta="center" className="device-silent" data-push="silent">
            {t('push.silentShown')}
          </Text>
        ) : (
          <Card {...props} />
        )}
      </div>
    </div>
  )
}
