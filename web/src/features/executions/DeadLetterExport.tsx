/** Takes all dead letters of a view away as a file. */
import { Button, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { toCsv } from '../../ui/csv.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useApi } from '../session/session.tsx'
import { CSV_COLUMNS, csvRow, type DeadLetterView, readAll } from './dead-letters.ts'

const MOST = 10_000

/** The button; it says when the file is not whole. */
export const DeadLetterExport = ({ view }: { view: DeadLetterView }) => {
  const t = useT()
  const api = useApi()
  const [n, setN] = useState(0)
  const take = useMutation({
    mutationFn: async () => {
      setN(0)
      const page = (cursor: string | null) =>
        api.deadLetters.list({ ...view, limit: 200, ...(cursor === null ? {} : { cursor }) })
      const { rows, more } = await readAll(page, { most: MOST, onProgress: setN })
      const text = toCsv(CSV_COLUMNS, rows.map(csvRow))
      saveFile('dead-letters.csv', new Blob([text], { type: 'text/csv;charset=utf-8' }))
      return more
    },
  })
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={15} />}
        disabled={take.isPending}
        onClick={() => take.mutate()}
      >
        {take.isPending ? t('dead.exporting', { n }) : t('dead.export')}
      </Button>
      {take.data === true && (
        <Text size="sm" role="status">
          {t('dead.capped', { n: MOST })}
        </Text>
      )}
      <ProblemNote error={take.error} />
    </>
  )
}
