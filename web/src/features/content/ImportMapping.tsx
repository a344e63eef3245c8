/** What becomes of an uploaded file: its columns, how its rows come in, and the first of them before anything changes. */

import type {
  LookupColumnMapping,
  LookupImport,
  LookupImportMapping,
  LookupImportMode,
  LookupTable,
} from '@carillon/contract'
import { Button, Checkbox, Group, Radio, Stack, Text, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { ImportColumns } from './ImportColumns.tsx'
import { useTableDeed } from './table-queries.ts'

interface Props {
  readonly table: LookupTable
  readonly file: LookupImport
}

const REST_MS = 300

const Preview = ({ table, file, mapping }: Props & { mapping: LookupImportMapping }) => {
  const { t, formats } = useSpeech()
  const api = useApi()
  const [asked] = useDebouncedValue(mapping, REST_MS)
  const preview = useQuery({
    queryKey: ['lookup-imports', table.id, file.id, 'preview', asked, table.columns],
    queryFn: () => api.lookups.previewImport(table.id, file.id, asked),
    // Not while something is typed, nor with columns that what was typed before does not know.
    enabled: asked === mapping,
    placeholderData: before => before,
    retry: false,
  })
  return (
    <Stack gap="xs">
      <Text size="sm" fw={560}>
        {t('import.preview')}
      </Text>
      <ProblemNote error={preview.error} />
      {preview.error === null && preview.data !== undefined && (
        <div className="table-wrap">
          <table className="dense first-rows">
            <thead>
              <tr>
                <th className="num">{t('import.line')}</th>
                <th>{t('tables.key')}</th>
                <th>{t('tables.row')}</th>
              </tr>
            </thead>
            <tbody>
              {preview.data.rows.map(row => (
                <tr key={row.line}>
                  <td className="num">{formats.number(row.line)}</td>
                  {row.reason === null ? (
                    <>
                      <td className="mono break">{row.key}</td>
                      <td className="mono break">{JSON.stringify(row.row)}</td>
                    </>
                  ) : (
                    <td colSpan={2} className="refused">
                      {row.reason}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Stack>
  )
}

const Mode = (props: {
  mode: LookupImportMode
  stopOnRefusal: boolean
  onMode: (mode: LookupImportMode) => void
  onStop: (stop: boolean) => void
}) => {
  const t = useT()
  const { mode, stopOnRefusal, onMode, onStop } = props
  return (
    <Stack gap="xs">
      <Radio.Group
        label={t('table.mode')}
        value={mode}
        onChange={value => onMode(value === 'replace' ? 'replace' : 'merge')}
      >
        <Stack gap="xs" mt={4}>
          {(['merge', 'replace'] as const).map(one => (
            <Radio
              key={one}
              value={one}
              label={t(`table.mode.${one}`)}
              description={t(`table.mode.${one}Text`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {mode === 'replace' && (
        <Checkbox
          ml={32}
          label={t('table.stopOnRefusal')}
          checked={stopOnRefusal}
          onChange={event => onStop(event.currentTarget.checked)}
        />
      )}
    </Stack>
  )
}

const Start = ({ table, file, mapping }: Props & { mapping: LookupImportMapping }) => {
  const { t, formats } = useSpeech()
  const api = useApi()
  const [asked, setAsked] = useState(false)
  const start = useTableDeed(table.id, (given: LookupImportMapping) =>
    api.lookups.startImport(table.id, file.id, given),
  )
  const replaces = mapping.mode === 'replace' && table.rowCount > 0
  return (
    <>
      {!asked && <ProblemNote error={start.error} />}
      <Group>
        <Button loading={start.isPending} onClick={() => (replaces ? setAsked(true) : start.mutate(mapping))}>
          {t('table.start')}
        </Button>
      </Group>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('table.replaceTitle', { rows: formats.number(table.rowCount) })}
        text={t('table.mode.replaceText')}
        action={t('table.replaceDo')}
        danger
        pending={start.isPending}
        error={start.error}
        onConfirm={() => start.mutate(mapping)}
      />
    </>
  )
}

/** The form of a file that waits. */
export const ImportMapping = ({ table, file }: Props) => {
  const t = useT()
  const [columns, setColumns] = useState<readonly LookupColumnMapping[]>(file.guess)
  const [mode, setMode] = useState<LookupImportMode>('merge')
  const [stopOnRefusal, setStop] = useState(true)
  // The same object as long as nothing is chosen: the preview waits until it rests.
  const mapping = useMemo(
    (): LookupImportMapping => ({
      columns: [...columns],
      mode,
      ...(mode === 'replace' ? { stopOnRefusal } : {}),
    }),
    [columns, mode, stopOnRefusal],
  )
  return (
    <section className="panel pad">
      <Stack>
        <Title order={2}>{t('table.mapping', { name: file.name })}</Title>
        {file.format === 'csv' && <ImportColumns table={table} columns={columns} onChange={setColumns} />}
        <Mode mode={mode} stopOnRefusal={stopOnRefusal} onMode={setMode} onStop={setStop} />
        <Preview table={table} file={file} mapping={mapping} />
        <Start table={table} file={file} mapping={mapping} />
      </Stack>
    </section>
  )
}
