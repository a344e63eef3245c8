/** The files of a lookup table: how far each is, what came of it, and what can be done with it. */
import type { LookupImport } from '@carillon/contract'
import { ActionIcon, Button, Group, Progress, Text } from '@mantine/core'
import {
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconHandStop,
  IconHourglass,
  IconX,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { fileName } from '../../ui/file-format.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { useTableDeed } from './table-queries.ts'

interface Props {
  readonly tableId: string
  readonly file: LookupImport
}

const LOOKS: Readonly<Record<LookupImport['state'], { readonly tone: Tone; readonly icon: IconType }>> = {
  uploading: { tone: 'amber', icon: IconHourglass },
  uploaded: { tone: 'amber', icon: IconHandStop },
  running: { tone: 'blue', icon: IconHourglass },
  done: { tone: 'green', icon: IconCircleCheck },
  cancelled: { tone: 'grey', icon: IconBan },
  failed: { tone: 'red', icon: IconCircleX },
}

const Came = ({ file }: { file: LookupImport }) => {
  const { t, formats } = useSpeech()
  const counts = t('table.counts', {
    created: formats.number(file.created),
    updated: formats.number(file.updated),
    refused: formats.number(file.refused),
  })
  if (file.state === 'failed') return <>{t('table.failedText')}</>
  if (file.state === 'cancelled') return <>{t('table.cancelled', { rows: formats.number(file.rows) })}</>
  if (file.state === 'uploading' || file.state === 'uploaded') return null
  return (
    <>
      {file.state === 'running' && (
        <Progress
          value={(100 * file.position) / Math.max(file.bytes, 1)}
          aria-label={t('table.progress', { name: file.name })}
          miw={120}
          mb={4}
        />
      )}
      {counts}
    </>
  )
}

const Refused = ({ tableId, file }: Props) => {
  const t = useT()
  const api = useApi()
  return (
    <DownloadDeed
      label={t('table.refusedLines')}
      name={fileName(`refused-${file.name}`, 'csv')}
      small
      read={() => api.lookups.refusedLines(tableId, file.id)}
    />
  )
}

const Cancel = ({ tableId, file }: Props) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState(false)
  const cancel = useTableDeed(tableId, () => api.lookups.cancelImport(tableId, file.id))
  const replaces = file.mapping?.mode === 'replace'
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
        {t('table.cancelImport')}
      </Button>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('table.cancelTitle', { name: file.name })}
        text={t(replaces ? 'table.cancelReplace' : 'table.cancelMerge')}
        action={t('table.cancelDo')}
        danger
        pending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate(undefined, { onSuccess: () => setAsked(false) })}
      />
    </>
  )
}

const Remove = ({ tableId, file }: Props) => {
  const t = useT()
  const api = useApi()
  const remove = useTableDeed(tableId, () => api.lookups.removeImport(tableId, file.id))
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('table.removeImport', { name: file.name })}
        loading={remove.isPending}
        onClick={() => remove.mutate(undefined)}
      >
        <IconX size={15} />
      </ActionIcon>
      <ProblemNote error={remove.error} />
    </>
  )
}

const Row = ({ tableId, file }: Props) => {
  const t = useT()
  return (
    <tr>
      <td className="break">{file.name}</td>
      <td>
        <Chip {...LOOKS[file.state]}>{t(`table.state.${file.state}`)}</Chip>
      </td>
      <td>
        {file.mapping !== null && (
          <Text size="xs" c="dimmed">
            {t(`table.mode.${file.mapping.mode}`)}
          </Text>
        )}
        <Came file={file} />
      </td>
      <td className="num">
        <Time at={file.createdAt} />
      </td>
      <td className="num">
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {file.refused > 0 && <Refused tableId={tableId} file={file} />}
          {file.state === 'running' ? (
            <Cancel tableId={tableId} file={file} />
          ) : (
            <Remove tableId={tableId} file={file} />
          )}
        </Group>
      </td>
    </tr>
  )
}

/** The newest files, newest first. */
export const ImportTable = ({ tableId, files }: { tableId: string; files: readonly LookupImport[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense files">
        <thead>
          <tr>
            <th>{t('supp.file')}</th>
            <th>{t('exec.state')}</th>
            <th>{t('tables.rows')}</th>
            <th className="num">{t('settings.created')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {files.map(file => (
            <Row key={file.id} tableId={tableId} file={file} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
