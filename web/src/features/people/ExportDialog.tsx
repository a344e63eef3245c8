/** The people of the list as a file: how many they are, in which format, and the link that the browser saves. */
import { Button, Modal, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ExportFilter } from '../../api-imports.ts'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi, useSandbox } from '../session/session.tsx'

const FORMATS = ['csv', 'jsonl'] as const
type Format = (typeof FORMATS)[number]

const Count = ({ filter }: { filter: ExportFilter }) => {
  const t = useT()
  const api = useApi()
  const { search } = filter
  const query = useQuery({
    queryKey: ['profiles', 'count', filter],
    queryFn: () => api.exports.count(filter),
  })
  if (query.data === undefined)
    return query.isError ? (
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <Text size="sm">{t('export.counting')}</Text>
    )
  const { count, more } = query.data
  const words =
    search === undefined
      ? t(more ? 'export.more' : 'export.all', { count })
      : t(more ? 'export.moreFound' : 'export.found', { count, search })
  return (
    <Text size="sm" fw={560} role="status">
      {words}
    </Text>
  )
}

/** The dialogue; `filter` is what the list is narrowed by. */
export const ExportDialog = ({ filter, onClose }: { filter: ExportFilter; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [sandbox] = useSandbox()
  const [format, setFormat] = useState<Format>('csv')
  return (
    <Modal opened onClose={onClose} centered title={t('export.title')}>
      <Stack>
        <Count filter={filter} />
        {filter.test === true && <Text size="sm">{t('export.testOnly')}</Text>}
        <SegmentedControl
          aria-label={t('export.format')}
          value={format}
          data={FORMATS.map(value => ({ value, label: t(`import.format.${value}`) }))}
          onChange={value => setFormat(value)}
        />
        <Text size="xs" c="dimmed">
          {t(`export.formatHint.${format}`)}
        </Text>
        <Button
          component="a"
          href={api.exports.link({ ...filter, format, sandbox })}
          download
          leftSection={<IconDownload size={16} />}
        >
          {t('export.do')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('export.stream')}
        </Text>
      </Stack>
    </Modal>
  )
}
