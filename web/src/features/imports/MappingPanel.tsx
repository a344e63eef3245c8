/** An import that waits: what its columns become, what wins over what is known, the first rows as they would become, and the start. */
import { CONFLICT_RULES, type ConflictRule, type Import, type ImportMapping } from '@carillon/contract'
import { Alert, Button, Group, Loader, Radio, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { CancelDeed } from './CancelDeed.tsx'
import { ColumnFields } from './ColumnFields.tsx'
import { useImportDeed, usePreview, useSample, useTargets } from './import-queries.ts'
import {
  type ColumnProblem,
  changed,
  hasIdentity,
  refusedColumns,
  refusedRows,
  withoutTarget,
} from './mapping.ts'
import { PreviewTable } from './PreviewTable.tsx'

const Conflict = (props: { value: ConflictRule; onChange: (value: ConflictRule) => void }) => {
  const t = useT()
  return (
    <Radio.Group
      label={t('import.conflict')}
      value={props.value}
      onChange={value => props.onChange(value as ConflictRule)}
    >
      <Stack gap={6} mt={6}>
        {CONFLICT_RULES.map(rule => (
          <Radio
            key={rule}
            value={rule}
            label={t(`import.conflict.${rule}`)}
            description={t(`import.conflictHint.${rule}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}

const NoIdentity = () => {
  const t = useT()
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t('import.noIdentity')}
      role="alert"
    >
      {t('import.noIdentityDo')}
    </Alert>
  )
}

const useMapping = (one: Import) => {
  const t = useT()
  const [mapping, setMapping] = useState<ImportMapping>({ columns: one.guess, onConflict: 'overwrite' })
  const isCsv = one.format === 'csv'
  const lost = withoutTarget(mapping.columns)
  const isWhole = !isCsv || (hasIdentity(mapping.columns) && lost.length === 0)
  const preview = usePreview(one.id, mapping, !isWhole)
  const rows = isWhole ? (preview.data?.rows ?? []) : []
  const problems: ReadonlyMap<number, ColumnProblem> = new Map([
    ...refusedRows(rows, mapping.columns),
    ...refusedColumns(preview.error),
    ...lost.map(at => [at, { message: t('import.noTarget'), rows: null }] as const),
  ])
  return { mapping, setMapping, isCsv, isWhole, preview, rows, problems }
}

const Preview = ({ look }: { look: ReturnType<typeof useMapping> }) => {
  const { t, formats } = useSpeech()
  const { rows, preview, problems, isWhole } = look
  const refused = rows.filter(row => row.person === null).length
  return (
    <section className="panel pad">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2}>{t('import.preview')}</Title>
          {preview.isFetching && <Loader size="xs" />}
        </Group>
        {rows.length > 0 && (
          <Text size="sm" role="status">
            {refused === 0
              ? t('import.previewFine', { count: rows.length })
              : t('import.previewRefused', { n: formats.number(refused), all: formats.number(rows.length) })}
          </Text>
        )}
        {problems.size === 0 && <ProblemNote error={preview.error} />}
        {!isWhole && <Text size="sm">{t('import.previewOff')}</Text>}
        {isWhole && preview.data?.rows.length === 0 && <Text size="sm">{t('import.noRows')}</Text>}
        {rows.length > 0 && <PreviewTable rows={rows} />}
      </Stack>
    </section>
  )
}

const Columns = ({ one, look }: { one: Import; look: ReturnType<typeof useMapping> }) => {
  const t = useT()
  const sample = useSample(one.id)
  const targets = useTargets()
  const { mapping, setMapping, problems } = look
  return (
    <section className="panel pad">
      <Stack gap="xs">
        <Title order={2}>{t('import.columns')}</Title>
        <Text size="sm">{t('import.columnsText')}</Text>
        {!hasIdentity(mapping.columns) && <NoIdentity />}
        <ColumnFields
          columns={mapping.columns}
          guess={one.guess}
          sample={sample.data}
          targets={targets}
          problems={problems}
          onChange={(at, patch) =>
            setMapping(before => ({
              ...before,
              columns: changed(before.columns, at, { patch, types: targets.types }),
            }))
          }
        />
      </Stack>
    </section>
  )
}

/** The panels. */
export const MappingPanel = ({ one }: { one: Import }) => {
  const t = useT()
  const api = useApi()
  const look = useMapping(one)
  const { mapping, setMapping, isCsv, isWhole, preview } = look
  const start = useImportDeed(one.id, () => api.imports.start(one.id, mapping))
  return (
    <Stack>
      {isCsv ? (
        <Columns one={one} look={look} />
      ) : (
        <Text size="sm" className="panel pad">
          {t('import.jsonlText')}
        </Text>
      )}
      <section className="panel pad">
        <Conflict
          value={mapping.onConflict}
          onChange={onConflict => setMapping(before => ({ ...before, onConflict }))}
        />
      </section>
      <Preview look={look} />
      <ProblemNote error={start.error} />
      <Group>
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          disabled={!isWhole || preview.isError}
          loading={start.isPending}
          onClick={() => start.mutate(undefined)}
        >
          {t('import.start')}
        </Button>
        <CancelDeed one={one} text={t('import.cancelUploadText')} />
      </Group>
    </Stack>
  )
}
