/** How far an erasure is; at the end what was done, and its certificate. */
import type { Erasure, ErasureCertificate } from '@carillon/contract'
import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { IconCheck, IconDownload } from '@tabler/icons-react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useErasure } from './erasure-queries.ts'

/** Saves the certificate. */
export const CertificateButton = ({ certificate }: { certificate: ErasureCertificate }) => {
  const t = useT()
  const save = () =>
    saveFile(
      `erasure-${certificate.erasureId}.json`,
      new Blob([`${JSON.stringify(certificate, null, 2)}\n`], { type: 'application/json' }),
    )
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconDownload size={15} />} onClick={save}>
      {t('erasure.certificate')}
    </Button>
  )
}

/** What was done so far, table by table. */
const ErasedTable = ({ erased }: { erased: Erasure['erased'] }) => {
  const { t, formats } = useSpeech()
  return (
    <div className="table-wrap">
      <table className="dense" aria-label={t('erasure.what')}>
        <thead>
          <tr>
            <th>{t('erasure.table')}</th>
            <th>{t('erasure.what')}</th>
            <th className="num">{t('erasure.rows')}</th>
          </tr>
        </thead>
        <tbody>
          {erased.map(one => (
            <tr key={`${one.table} ${one.deed}`}>
              <td className="mono">{one.table}</td>
              <td>{t(`erasure.deed.${one.deed}`)}</td>
              <td className="num">{formats.number(one.rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Done = ({ erasure, certificate }: { erasure: Erasure; certificate: ErasureCertificate }) => {
  const t = useT()
  return (
    <>
      <Group gap="sm" role="status">
        <Chip tone="green" icon={IconCheck}>
          {t('erasure.done')}
        </Chip>
        <Text size="sm">{t('erasure.hashes', { count: certificate.hashes.length })}</Text>
        <CertificateButton certificate={certificate} />
      </Group>
      <ErasedTable erased={erasure.erased} />
    </>
  )
}

/** The progress, looked at every second. */
export const ErasureProgress = ({ begun }: { begun: Erasure }) => {
  const t = useT()
  const { data: erasure, error, refetch } = useErasure(begun)
  return (
    <Stack gap="sm">
      <ProblemNote error={error} onRetry={() => void refetch()} />
      {erasure.certificate === null ? (
        <Stack gap={4} role="status">
          <Group gap="sm">
            <Loader size="xs" />
            <Text size="sm" fw={600}>
              {t('erasure.running')}
            </Text>
            <Text size="sm">{t(`erasure.phase.${erasure.phase}`)}</Text>
          </Group>
          <Text size="sm" c="dimmed">
            {t('erasure.goesOn')}
          </Text>
        </Stack>
      ) : (
        <Done erasure={erasure} certificate={erasure.certificate} />
      )}
    </Stack>
  )
}
