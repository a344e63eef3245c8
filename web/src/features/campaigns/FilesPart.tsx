/** The files that go with every mail of a campaign. */
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '@carillon/contract'
import { ActionIcon, Button, FileButton, Group, Loader, Stack, Text } from '@mantine/core'
import { IconPaperclip, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSpeech } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const ACCEPT = '.pdf,.png,.jpg,.jpeg,.gif,.txt,.csv,.ics'

const useFiles = (editor: Editor) => {
  const api = useApi()
  const queries = useQueryClient()
  const { id } = editor.campaign
  const queryKey = ['campaign-files', id]
  const list = useQuery({ queryKey, queryFn: () => api.files.list(id) })
  const upload = useMutation({
    mutationFn: (file: File) => api.files.upload(id, file),
    onSuccess: async file => {
      await queries.invalidateQueries({ queryKey })
      editor.change({ attachmentIds: [...editor.properties.attachmentIds, file.id] })
    },
  })
  return { list, upload }
}

/** The part. */
export const FilesPart = ({ editor }: { editor: Editor }) => {
  const { t, formats } = useSpeech()
  const { list, upload } = useFiles(editor)
  const { properties, readOnly, change } = editor
  const { attachmentIds } = properties
  const files = attachmentIds.flatMap(id => list.data?.items.find(file => file.id === id) ?? [])
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  return (
    <Part title={t('files.title')}>
      <Text size="sm">{t('files.hint')}</Text>
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Loader size="sm" />}
      {list.data && files.length === 0 && <Text size="sm">{t('files.none')}</Text>}
      <Stack gap={4}>
        {files.map(file => (
          <Group key={file.id} gap="xs" wrap="nowrap">
            <IconPaperclip size={15} aria-hidden="true" />
            <Text size="sm" className="break">
              {file.name}
            </Text>
            <Text size="xs" c="dimmed">
              {formats.number(Math.ceil(file.size / 1_000))} kB
            </Text>
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t('channels.removeRow', { name: file.name })}
                onClick={() => change({ attachmentIds: attachmentIds.filter(id => id !== file.id) })}
              >
                <IconX size={15} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
      {bytes > MAX_ATTACHMENT_BYTES && (
        <Text size="sm" c="red" role="alert">
          {t('files.tooLarge')}
        </Text>
      )}
      <ProblemNote error={upload.error} />
      {!readOnly && attachmentIds.length < MAX_ATTACHMENTS && (
        <div>
          <FileButton
            accept={ACCEPT}
            onChange={file => file !== null && upload.mutate(file)}
            inputProps={{ 'aria-label': t('files.add') }}
          >
            {given => (
              <Button
                {...given}
                size="compact-sm"
                variant="default"
                leftSection={<IconPaperclip size={14} />}
                loading={upload.isPending}
              >
                {t('files.add')}
              </Button>
            )}
          </FileButton>
        </div>
      )}
    </Part>
  )
}
