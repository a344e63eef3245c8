/** A short message as a phone shows it. Its text is hostile: it is set as text alone, and its media are only fetched on request. */
import type { RenderedSmsContent } from '@carillon/contract'
import { Anchor, Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useSpeech } from '../../i18n/language.tsx'
import './phone.css'

const LINK = /(https?:\/\/[^\s]+)/g

// Where each part begins tells it from every other.
const partsOf = (text: string) => {
  let at = 0
  return text.split(LINK).map((part, index) => {
    const found = { part, at, isLink: index % 2 === 1 }
    at += part.length
    return found
  })
}

const Words = ({ text }: { text: string }) =>
  partsOf(text).map(({ part, at, isLink }) =>
    isLink ? (
      <Anchor
        key={at}
        href={part}
        target="_blank"
        rel="noreferrer noopener"
        inherit
        c="inherit"
        underline="always"
      >
        {part}
      </Anchor>
    ) : (
      part
    ),
  )

const Media = ({ uri, title }: { uri: string; title: string | null }) => {
  const { t } = useSpeech()
  const [isShown, setShown] = useState(false)
  if (!/^https?:\/\//i.test(uri)) return <Text size="xs">{t('sms.mediaNone', { uri })}</Text>
  return isShown ? (
    <img src={uri} alt={title ?? t('sms.mediaAlt')} referrerPolicy="no-referrer" />
  ) : (
    <Button size="compact-xs" variant="default" onClick={() => setShown(true)}>
      {t('sms.mediaShow')}
    </Button>
  )
}

/** The phone; null: there is nothing to show yet. */
export const PhonePreview = ({ sms, price }: { sms: RenderedSmsContent | null; price?: string }) => {
  const { t } = useSpeech()
  return (
    <figure className="phone" aria-label={t('sms.phone')}>
      <div className="phone-screen">
        {sms !== null && (sms.text !== '' || sms.mediaUri !== null) ? (
          <div className="phone-bubble break" data-preview="sms">
            {sms.title !== null && sms.title !== '' && <strong>{sms.title}</strong>}
            {sms.mediaUri !== null && <Media key={sms.mediaUri} uri={sms.mediaUri} title={sms.title} />}
            <span>
              <Words text={sms.text} />
            </span>
          </div>
        ) : (
          <Text size="sm" c="dimmed" ta="center">
            {t('preview.empty')}
          </Text>
        )}
      </div>
      {sms !== null && (
        <figcaption>
          <Text size="xs" c="dimmed" ta="center" data-preview="segments">
            {sms.messageType === 'mms'
              ? t('sms.type.mms')
              : `${t('sms.segments', { count: sms.segments })} · ${t(`sms.coding.${sms.coding}`)}`}{' '}
            {sms.messageType === 'sms' && price}
          </Text>
        </figcaption>
      )}
    </figure>
  )
}
