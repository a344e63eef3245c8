/** Files of suppressed addresses: taken in, followed while they are worked off, and the report of what was refused. */
import { MAX_SUPPRESSION_UPLOAD_BYTES, type SuppressionUpload } from '@carillon/contract'
import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core'
import { IconBan, IconCircleCheck, IconCircleX, IconHourglass, IconUpload } from '@tabler/icons-react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { fileName } from '../../ui/file-format.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { isAtWork, useListDeed, useUploads } from './suppression-queries.ts'

const LOOKS: Readonly<Record<SuppressionUpload['status'], { readonly tone: Tone; readonly icon: IconType }>> =
  {
    ACCEPTED: { tone: 'blue', icon: IconHourglass },
    PENDING: { tone: 'blue', icon: IconHourglass },
    COMPLETE: { tone: 'green', icon: IconCircleCheck },
    CANCELED: { tone: 'grey', icon: IconBan },
    ERROR: { tone: 'red', icon: IconCircleX },
  }

const Report = ({ upload }: { upload: SuppressionUpload }) => {
  const t = useT()
  const api = useApi()
  return (
    <DownloadDeed
      label={t('supp.report')}
      name={fileName(`refused-${upload.filename}`, 'csv')}
      small
      read={() => api.suppressions.report(upload.id)}
    />
  )
}

const Row = ({ upload }: { upload: SuppressionUpload }) => {
  const { t, formats } = useSpeech()
  const done = upload.recordCount === 0 ? 0 : (100 * upload.handledCount) / upload.recordCount
  return (
    <tr>
      <td className="break">{upload.filename}</td>
      <td>
        <Chip {...LOOKS[upload.status]}>{t(`supp.upload.${upload.status}`)}</Chip>
      </td>
      <td>
        {isAtWork(upload) ? (
          <Progress value={done} aria-label={t('supp.progress')} miw={90} />
        ) : (
          upload.problem ||
          t('supp.handled', {
            handled: formats.number(upload.handledCount - upload.failedCount),
            failed: formats.number(upload.failedCount),
          })
        )}
      </td>
      <td className="num">
        <Time at={upload.createdAt} />
      </td>
      <td className="num">{upload.failedCount > 0 && <Report upload={upload} />}</td>
    </tr>
  )
}

const Table = ({ uploads }: { uploads: readonly SuppressionUpload[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('supp.file')}</th>
            <th>{t('exec.state')}</th>
            <th>{t('supp.records')}</th>
            <th className="num">{t('settings.created')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {uploads.map(upload => (
            <Row key={upload.id} upload={upload} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The newest uploads, and the way to make one. */
export const Uploads = () => {
  const t = useT()
  const api = useApi()
  const list = useUploads()
  const upload = useListDeed('suppressions', async (file: File) => {
    if (file.size > MAX_SUPPRESSION_UPLOAD_BYTES) throw new Error(t('supp.tooLarge'))
    return api.suppressions.upload(file, file.name)
  })
  const uploads = list.data?.items ?? []
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-end">
        <Text size="sm" maw={640}>
          {t('supp.uploadText')}
        </Text>
        <FileButton
          accept=".csv,text/csv"
          inputProps={{ 'aria-label': t('supp.upload') }}
          onChange={file => file && upload.mutate(file)}
        >
          {props => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconUpload size={15} />}
              loading={upload.isPending}
            >
              {t('supp.upload')}
            </Button>
          )}
        </FileButton>
      </Group>
      <ProblemNote error={upload.error ?? list.error} />
      <div aria-live="polite">{uploads.length > 0 && <Table uploads={uploads} />}</div>
    </Stack>
  )
}
