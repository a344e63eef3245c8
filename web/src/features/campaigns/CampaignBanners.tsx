/** What one must know before typing: what is live, whether this can be changed, and whether a save was refused. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconInfoCircle, IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { SaveBanner } from '../saving/SaveBanner.tsx'
import { useApi } from '../session/session.tsx'
import { useCampaignDeed, useDuplicateCampaign } from './campaign-queries.ts'
import type { Editor } from './use-editor.ts'

const ReadOnlyBanner = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const duplicate = useDuplicateCampaign()
  const { id, status } = editor.campaign
  return (
    <Alert mb="md" p="xs" px="md" color="gray" icon={<IconLock size={18} />}>
      <Text size="sm">
        {t('campaign.readOnly', { status: t(`status.${status}`).toLowerCase() })} {t('campaign.readOnlyDo')}
      </Text>
      <ProblemNote error={duplicate.error} />
      <Button mt="xs" size="compact-sm" variant="default" onClick={() => duplicate.mutate(id)}>
        {t('campaigns.duplicate')}
      </Button>
    </Alert>
  )
}

const DraftBanner = ({ editor, version }: { editor: Editor; version: number }) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState(false)
  const discard = useCampaignDeed(editor.campaign.id, async id => {
    // A change still on its way would make the draft again.
    await editor.saver.flush()
    return api.campaigns.discardDraft(id)
  })
  return (
    <Alert mb="md" p="xs" px="md" color="bronze" icon={<IconInfoCircle size={18} />}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t('campaign.draftBanner', { n: version })}</Text>
        <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
          {t('campaign.discard')}
        </Button>
      </Group>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('campaign.discardTitle')}
        text={t('campaign.discardText', { n: version })}
        action={t('campaign.discardDo')}
        danger
        pending={discard.isPending}
        error={discard.error}
        onConfirm={() =>
          discard.mutate(undefined, {
            onSuccess: () => {
              setAsked(false)
              editor.reload()
            },
          })
        }
      />
    </Alert>
  )
}

/** The banners above the steps. */
export const CampaignBanners = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const version = editor.campaign.live?.number ?? null
  const api = useApi()
  return (
    <>
      <SaveBanner
        saving={editor}
        newest={async () => (await api.campaigns.get(editor.campaign.id)).revision}
        onReload={editor.reload}
      />
      {editor.readOnly && <ReadOnlyBanner editor={editor} />}
      {!editor.readOnly && version !== null && editor.campaign.draft !== null && (
        <DraftBanner editor={editor} version={version} />
      )}
      {!editor.readOnly && version !== null && editor.campaign.draft === null && (
        <Alert mb="md" p="xs" px="md" color="gray" icon={<IconInfoCircle size={18} />}>
          <Text size="sm">{t('campaign.liveBanner', { n: version })}</Text>
        </Alert>
      )}
    </>
  )
}
