/** Whether opens and clicks are followed, and what came of it. */
import { Stack, Switch } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { TrackingPart } from '../tracking/TrackingPart.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const MEMBERS = ['opens', 'clicks'] as const

// Links of an SMS are followed by its own switch.
const WORDS = { email: 'mail', push: 'push' } as const

const Followed = ({ editor, words }: { editor: Editor; words: (typeof WORDS)[keyof typeof WORDS] }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  return (
    <Part title={t('track.followed')}>
      {MEMBERS.map(member => (
        <Switch
          key={member}
          label={t(`track.follow.${words}.${member}`)}
          description={t(`track.follow.${words}.${member}Hint`)}
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
    {editor.properties.channel !== 'sms' && (
      <Followed editor={editor} words={WORDS[editor.properties.channel]} />
    )}
    {editor.campaign.live !== null && <TrackingPart of={{ campaignId: editor.campaign.id }} />}
  </Stack>
)
