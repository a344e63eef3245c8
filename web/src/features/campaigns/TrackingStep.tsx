/** Whether opens and clicks are followed, and what came of it. */
import { Stack, Switch } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { TrackingPart } from '../tracking/TrackingPart.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const SWITCHES = {
  email: {
    opens: ['track.follow.mail.opens', 'track.follow.mail.opensHint'],
    clicks: ['track.follow.mail.clicks', 'track.follow.mail.clicksHint'],
  },
  sms: { opens: null, clicks: ['track.follow.sms.clicks', 'track.follow.sms.clicksHint'] },
  push: {
    opens: ['track.follow.push.opens', 'track.follow.push.opensHint'],
    clicks: ['track.follow.push.clicks', 'track.follow.push.clicksHint'],
  },
} as const
const MEMBERS = ['opens', 'clicks'] as const
// What is over is looked at rarely, and seldom changes.
const OVER: readonly string[] = ['stopped', 'completed', 'archived']

const Followed = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  return (
    <Part title={t('track.followed')}>
      {MEMBERS.map(member => {
        const words = SWITCHES[properties.channel][member]
        return (
          words && (
            <Switch
              key={member}
              label={t(words[0])}
              description={t(words[1])}
              disabled={readOnly}
              checked={properties.tracking[member]}
              onChange={event =>
                change({ tracking: { ...properties.tracking, [member]: event.currentTarget.checked } })
              }
            />
          )
        )
      })}
    </Part>
  )
}

/** The step. */
export const TrackingStep = ({ editor }: { editor: Editor }) => (
  <Stack>
    <Followed editor={editor} />
    {editor.campaign.live !== null && (
      <TrackingPart
        of={{ campaignId: editor.campaign.id }}
        channel={editor.properties.channel}
        isOver={OVER.includes(editor.campaign.status)}
      />
    )}
  </Stack>
)
