/** Rows of a lookup table from files and into files. */
import { type LookupTable, MAX_IMPORT_BYTES } from '@carillon/contract'
import { Button, FileButton, Group, Stack, Text, Title } from '@mantine/core'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { fileName, formatOf } from '../../ui/file-format.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useApi } from '../session/session.tsx'
import { ImportMapping } from './ImportMapping.tsx'
import { ImportTable } from './ImportTable.tsx'
import { useTableDeed, useTableImports } from './table-queries.ts'

const Upload = ({ table }: { table: LookupTable }) => {
  const t = useT()
  const api = useApi()
  const upload = useTableDeed(table.id, async (file: File) => {
    if (file.size > MAX_IMPORT_BYTES) throw new Error(t('table.tooLarge'))
    return api.lookups.upload(table.id, file, formatOf(file))
  })
  return (
    <section className="panel pad">
      <Stack gap="xs">
        <Title order={2}>{t('table.importTitle')}</Title>
        <Text size="sm">{t('table.importText')}</Text>
        <Group>
          <FileButton
            accept=".csv,text/csv,.jsonl,.ndjson"
            inputProps={{ 'aria-label': t('table.choose') }}
            onChange={file => file && upload.mutate(file)}
          >
            {props => (
              <Button {...props} leftSection={<IconUpload size={15} />} loading={upload.isPending}>
                {t('table.choose')}
              </Button>
            )}
          </FileButton>
          <Text size="sm" role="status">
            {upload.isPending ? t('table.uploading') : ''}
          </Text>
        </Group>
        <ProblemNote error={upload.error} />
      </Stack>
    </section>
  )
}

const Export = ({ table }: { table: LookupTable }) => {
  const t = useT()
  const api = useApi()
  const take = useMutation({
    mutationFn: async (format: 'csv' | 'jsonl') =>
      saveFile(fileName(table.name, format), await api.lookups.exportRows(table.id, format)),
  })
  return (
    <section className="panel pad">
      <Stack gap="xs">
        <Title order={2}>{t('table.export')}</Title>
        <Text size="sm">{t('table.exportText')}</Text>
        <Group>
          {(['csv', 'jsonl'] as const).map(format => (
            <Button
              key={format}
              variant="default"
              leftSection={<IconDownload size={15} />}
              disabled={take.isPending || table.rowCount === 0}
              onClick={() => take.mutate(format)}
            >
              {format === 'csv' ? 'CSV' : 'JSON Lines'}
            </Button>
          ))}
          <Text size="sm" role="status">
            {take.isPending ? t('table.exporting') : ''}
          </Text>
        </Group>
        <ProblemNote error={take.error} />
      </Stack>
    </section>
  )
}

/** The part of the page. */
export const TableFiles = ({ table }: { table: LookupTable }) => {
  const list = useTableImports(table.id)
  const files = list.data?.items ?? []
  return (
    <Stack>
      <div className="file-parts">
        <Upload table={table} />
        <Export table={table} />
      </div>
      {files
        .filter(file => file.state === 'uploaded')
        .map(file => (
          <ImportMapping key={file.id} table={table} file={file} />
        ))}
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      <div aria-live="polite">{files.length > 0 && <ImportTable tableId={table.id} files={files} />}</div>
    </Stack>
  )
}
