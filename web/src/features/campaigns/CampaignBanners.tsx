/** What one must know before typing: what is live, whether this can be changed, and whether a save was refused. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconInfoCircle, IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
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

const ConflictBanner = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const api = useApi()
  const keepMine = async () => {
    const newest = await api.campaigns.get(editor.campaign.id)
    await editor.saver.overwrite(newest.revision)
  }
  return (
    <Alert mb="md" p="xs" px="md" color="red" icon={<IconInfoCircle size={18} />} role="alert">
      <Text size="sm">{t('save.conflict')}</Text>
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" variant="default" onClick={editor.reload}>
          {t('save.reload')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void keepMine().catch(() => undefined)}>
          {t('save.overwrite')}
        </Button>
      </Group>
    </Alert>
  )
}

/** The banners above the steps. */
export const CampaignBanners = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const version = editor.campaign.live?.number ?? null
  const { saveState } = editor
  return (
    <>
      {saveState.kind === 'failed' && (
        <div style={{ marginBottom: 16 }}>
          <ProblemNote error={saveState.error} onRetry={() => void editor.saver.flush()} />
        </div>
      )}
      {saveState.kind === 'conflict' && <ConflictBanner editor={editor} />}
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
