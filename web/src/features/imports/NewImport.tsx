/** Begins an import: a file is chosen, and its upload goes on while the import's page opens. */
import { MAX_IMPORT_BYTES } from '@carillon/contract'
import { Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi, useSandbox } from '../session/session.tsx'
import { FileChoice } from './FileChoice.tsx'
import { uploadsOf } from './uploads.ts'

/** The dialogue. */
export const NewImport = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [sandbox] = useSandbox()
  const begin = useMutation({
    mutationFn: (file: File) => {
      if (file.size === 0) throw new Error(t('import.emptyFile'))
      if (file.size > MAX_IMPORT_BYTES) throw new Error(t('import.tooLarge'))
      return uploadsOf(api).start(file, sandbox)
    },
    onSuccess: async one => {
      queries.setQueryData(['imports', 'one', one.id], one)
      await navigate({ to: '/people/imports/$id', params: { id: one.id } })
    },
  })
  return (
    <Modal opened onClose={onClose} centered size="lg" title={t('import.new')}>
      <Stack>
        <FileChoice
          text={t('import.drop')}
          action={t('import.choose')}
          busy={begin.isPending}
          onFile={file => begin.mutate(file)}
        />
        <ProblemNote error={begin.error} />
        <Text size="xs" c="dimmed">
          {t('import.shape')}
        </Text>
      </Stack>
    </Modal>
  )
}
