/** What can be done with a fragment: publish, discard, archive, delete. Each says what it does to the content that uses it. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconArchive, IconArchiveOff, IconDots, IconTrash, IconUpload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { flushOrFail } from '../saving/autosave.ts'
import { useApi } from '../session/session.tsx'
import { useFragmentDeed, useReferences } from './fragment-queries.ts'
import type { FragmentEditor } from './use-fragment-editor.ts'

interface Asked {
  readonly editor: FragmentEditor
  readonly opened: boolean
  readonly onClose: () => void
}

const PublishConfirm = ({ editor, opened, onClose }: Asked) => {
  const t = useT()
  const api = useApi()
  const { fragment } = editor
  const uses = useReferences(fragment.id).data
  const campaigns = uses?.items.filter(use => use.kind === 'campaign').length ?? 0
  const publish = useFragmentDeed(fragment.id, async id => {
    await flushOrFail(editor.saver)
    return api.fragments.publish(id)
  })
  const count = t(uses?.next == null ? 'fragments.publishUses' : 'fragments.publishUsesMore', {
    count: campaigns,
  })
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('fragments.publishTitle', { name: editor.text.name })}
      text={`${count} ${t('fragments.publishText')}`}
      action={t('fragments.publish')}
      pending={publish.isPending}
      error={publish.error}
      onConfirm={() =>
        publish.mutate(undefined, {
          onSuccess: () => {
            onClose()
            editor.reload()
          },
        })
      }
    />
  )
}

const ArchiveConfirm = ({ editor, opened, onClose }: Asked) => {
  const t = useT()
  const api = useApi()
  const archive = useFragmentDeed(editor.fragment.id, async id => {
    // A change still on its way would be refused once the fragment is archived.
    await flushOrFail(editor.saver)
    return api.fragments.archive(id)
  })
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('fragments.archiveTitle', { name: editor.text.name })}
      text={t('fragments.archiveText')}
      action={t('fragments.archiveDo')}
      pending={archive.isPending}
      error={archive.error}
      onConfirm={() =>
        archive.mutate(undefined, {
          onSuccess: () => {
            onClose()
            editor.reload()
          },
        })
      }
    />
  )
}

const DiscardConfirm = ({ editor, opened, onClose }: Asked) => {
  const t = useT()
  const api = useApi()
  const discard = useFragmentDeed(editor.fragment.id, async id => {
    await editor.saver.flush()
    return api.fragments.discardDraft(id)
  })
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('campaign.discardTitle')}
      text={t('campaign.discardText', { n: editor.fragment.live?.number ?? 0 })}
      action={t('campaign.discardDo')}
      danger
      pending={discard.isPending}
      error={discard.error}
      onConfirm={() =>
        discard.mutate(undefined, {
          onSuccess: () => {
            onClose()
            editor.reload()
          },
        })
      }
    />
  )
}

const DeleteConfirm = ({ editor, opened, onClose }: Asked) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const remove = useFragmentDeed(editor.fragment.id, async id => {
    await editor.saver.flush()
    return api.fragments.remove(id)
  })
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('campaigns.deleteTitle', { name: editor.text.name })}
      text={t('fragments.deleteText')}
      action={t('fragments.deleteDo')}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/content', search: {} }) })
      }
    />
  )
}

type Question = 'publish' | 'archive' | 'discard' | 'delete'

const MoreMenu = ({ editor, ask }: { editor: FragmentEditor; ask: (question: Question) => void }) => {
  const t = useT()
  const api = useApi()
  const { fragment } = editor
  const unarchive = useFragmentDeed(fragment.id, api.fragments.unarchive)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="default"
          size="input-sm"
          aria-label={t('campaigns.actionsFor', { name: editor.text.name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {fragment.live !== null && fragment.hasDraft && !editor.readOnly && (
          <Menu.Item onClick={() => ask('discard')}>{t('campaign.discard')}</Menu.Item>
        )}
        {editor.readOnly ? (
          <Menu.Item
            leftSection={<IconArchiveOff size={15} />}
            onClick={() => unarchive.mutate(undefined, { onSuccess: editor.reload })}
          >
            {t('fragments.unarchive')}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconArchive size={15} />} onClick={() => ask('archive')}>
            {t('fragments.archive')}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => ask('delete')}>
          {t('fragments.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The buttons in the head of the page. */
export const FragmentActions = ({ editor }: { editor: FragmentEditor }) => {
  const t = useT()
  const [asked, setAsked] = useState<Question | null>(null)
  const uses = useReferences(editor.fragment.id)
  const question = (name: Question): Asked => ({
    editor,
    opened: asked === name,
    onClose: () => setAsked(null),
  })
  // What is typed and not stored yet makes a draft as soon as it is.
  const publishable = editor.fragment.hasDraft || editor.saveState.kind !== 'saved'
  return (
    <>
      {!editor.readOnly && (
        <Button
          leftSection={<IconUpload size={15} />}
          disabled={!publishable || editor.saveState.kind === 'conflict' || editor.invalid.length > 0}
          onClick={() => {
            // Asked again now: the count in the question must be today's.
            void uses.refetch()
            setAsked('publish')
          }}
        >
          {t('fragments.publishAsk')}
        </Button>
      )}
      <MoreMenu editor={editor} ask={setAsked} />
      <PublishConfirm {...question('publish')} />
      <ArchiveConfirm {...question('archive')} />
      <DiscardConfirm {...question('discard')} />
      <DeleteConfirm {...question('delete')} />
    </>
  )
}
