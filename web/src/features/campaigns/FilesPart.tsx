/** The files that go with every mail of a campaign. */
import { type CampaignFile, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '@carillon/contract'
import { ActionIcon, Button, FileButton, Group, Loader, Stack, Text } from '@mantine/core'
import { IconPaperclip, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSpeech } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { useApi } from '../session/session.tsx'
import { ACCEPT, typedByEnding } from './attachment-type.ts'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const useFiles = (editor: Editor) => {
  const api = useApi()
  const queries = useQueryClient()
  const { id } = editor.campaign
  const queryKey = ['campaign-files', id]
  const list = useQuery({ queryKey, queryFn: () => api.files.list(id) })
  const upload = useMutation({
    mutationFn: (file: File) => api.files.upload(id, typedByEnding(file)),
    onSuccess: async file => {
      await queries.invalidateQueries({ queryKey })
      editor.change({ attachmentIds: [...editor.properties.attachmentIds, file.id] })
    },
  })
  const remove = useMutation({
    mutationFn: (fileId: string) => api.files.remove(id, fileId),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  })
  return { list, upload, remove }
}

const FileLine = ({ file, children }: { file: CampaignFile; children?: ReactNode }) => {
  const { formats } = useSpeech()
  return (
    <Group gap="xs" wrap="nowrap">
      <IconPaperclip size={15} aria-hidden="true" />
      <Text size="sm" className="break">
        {file.name}
      </Text>
      <Text size="xs" c="dimmed">
        {formats.bytes(file.size)}
      </Text>
      {children}
    </Group>
  )
}

const AddFile = ({ loading, add }: { loading: boolean; add: (file: File) => void }) => {
  const { t } = useSpeech()
  return (
    <div>
      <FileButton
        accept={ACCEPT}
        onChange={file => file !== null && add(file)}
        inputProps={{ 'aria-label': t('files.add') }}
      >
        {given => (
          <Button
            {...given}
            size="compact-sm"
            variant="default"
            leftSection={<IconPaperclip size={14} />}
            loading={loading}
          >
            {t('files.add')}
          </Button>
        )}
      </FileButton>
    </div>
  )
}

/** Files that were uploaded and are not attached: what no version names either can be deleted. */
const Unattached = (props: {
  files: readonly CampaignFile[]
  remove: (fileId: string) => Promise<unknown>
}) => {
  const { t } = useSpeech()
  if (props.files.length === 0) return null
  return (
    <Stack gap={4}>
      <Text size="sm">{t('files.unattached')}</Text>
      {props.files.map(file => (
        <FileLine key={file.id} file={file}>
          <RemoveDeed
            title={t('campaigns.deleteTitle', { name: file.name })}
            text={t('files.deleteText')}
            action={t('channels.deleteDo')}
            remove={() => props.remove(file.id)}
          />
        </FileLine>
      ))}
    </Stack>
  )
}

/** The part. */
export const FilesPart = ({ editor }: { editor: Editor }) => {
  const { t } = useSpeech()
  const { list, upload, remove } = useFiles(editor)
  const { properties, readOnly, change } = editor
  const { attachmentIds } = properties
  const all = list.data?.items ?? []
  const files = attachmentIds.flatMap(id => all.find(file => file.id === id) ?? [])
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const detach = (id: string) => change({ attachmentIds: attachmentIds.filter(one => one !== id) })
  return (
    <Part title={t('files.title')}>
      <Text size="sm">{t('files.hint')}</Text>
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Loader size="sm" />}
      {list.data && files.length === 0 && <Text size="sm">{t('files.none')}</Text>}
      <Stack gap={4}>
        {files.map(file => (
          <FileLine key={file.id} file={file}>
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t('channels.removeRow', { name: file.name })}
                onClick={() => detach(file.id)}
              >
                <IconX size={15} />
              </ActionIcon>
            )}
          </FileLine>
        ))}
      </Stack>
      {bytes > MAX_ATTACHMENT_BYTES && (
        <Text size="sm" c="red" role="alert">
          {t('files.tooLarge')}
        </Text>
      )}
      <ProblemNote error={upload.error} />
      {!readOnly && attachmentIds.length < MAX_ATTACHMENTS && (
        <AddFile loading={upload.isPending} add={file => upload.mutate(file)} />
      )}
      {!readOnly && (
        <Unattached
          files={all.filter(file => !attachmentIds.includes(file.id))}
          remove={fileId => remove.mutateAsync(fileId)}
        />
      )}
    </Part>
  )
}
