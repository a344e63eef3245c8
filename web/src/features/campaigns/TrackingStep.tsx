/** Whether opens and clicks are followed, and what came of it. */
import type { InteractionKind } from '@carillon/contract'
import { Stack, Switch } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { TrackingPart } from '../tracking/TrackingPart.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const MEMBERS = { email: ['opens', 'clicks'], sms: ['clicks'], push: [] } as const
const KINDS = {
  email: ['open', 'click', 'unsubscribe', 'mirror'],
  sms: ['click'],
  push: [],
} as const satisfies Record<string, readonly InteractionKind[]>
// What is over is looked at rarely, and seldom changes.
const OVER: readonly string[] = ['stopped', 'completed', 'archived']

const Followed = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  const members: readonly ('opens' | 'clicks')[] = MEMBERS[properties.channel]
  if (members.length === 0) return null
  return (
    <Part title={t('track.followed')}>
      {members.map(member => (
        <Switch
          key={member}
          label={t(`track.follow.${member}`)}
          description={t(
            properties.channel === 'sms' ? 'track.follow.shortHint' : `track.follow.${member}Hint`,
          )}
          disabled={readOnly}
          checked={properties.tracking[member]}
          onChange={event =>
            change({ tracking: { ...properties.tracking, [member]: event.currentTarget.checked } })
          }
        />
      ))}
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
        kinds={KINDS[editor.properties.channel]}
        isOver={OVER.includes(editor.campaign.status)}
      />
    )}
  </Stack>
)
