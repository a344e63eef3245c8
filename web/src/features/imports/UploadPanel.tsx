/** An import whose bytes are on their way: how far they are, how to go on after a cut, and the way out. */
import type { Import } from '@carillon/contract'
import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi, useSandbox } from '../session/session.tsx'
import { CancelDeed } from './CancelDeed.tsx'
import { FileChoice } from './FileChoice.tsx'
import { useUpload } from './import-queries.ts'
import { isSameFile, uploadsOf } from './uploads.ts'

const Bar = ({ one, sent }: { one: Import; sent: number }) => {
  const { t, formats } = useSpeech()
  const size = one.size ?? sent
  const share = size === 0 ? 0 : (100 * sent) / size
  return (
    <Stack gap={6}>
      <Text size="sm" fw={560}>
        {t('import.sent', { sent: formats.bytes(sent), size: formats.bytes(size) })}
      </Text>
      <Progress value={share} aria-label={t('import.sending')} />
    </Stack>
  )
}

// The page was opened anew: the browser gives no file again that nobody chose.
const GoOn = ({ one }: { one: Import }) => {
  const t = useT()
  const api = useApi()
  const [sandbox] = useSandbox()
  const [other, setOther] = useState<string | null>(null)
  const take = (file: File) => {
    const isSame = isSameFile(file, one)
    setOther(isSame ? null : file.name)
    if (isSame) uploadsOf(api).resume(one, file, sandbox)
  }
  return (
    <Stack gap="xs">
      <FileChoice
        text={t('import.again', { name: one.name })}
        action={t('import.goOn')}
        busy={false}
        onFile={take}
      />
      {other !== null && (
        <Alert color="red" variant="light" role="alert" title={t('import.otherFile', { name: other })}>
          {t('import.otherFileDo', { name: one.name })}
        </Alert>
      )}
    </Stack>
  )
}

const Cut = ({ id }: { id: string }) => {
  const t = useT()
  const api = useApi()
  return (
    <Alert color="yellow" variant="light" icon={<IconPlugConnectedX size={18} />} role="status">
      <Text size="sm" fw={600}>
        {t('import.cut')}
      </Text>
      <Text size="sm">{t('import.cutDo')}</Text>
      <Button mt="xs" size="compact-sm" variant="default" onClick={() => uploadsOf(api).retry(id)}>
        {t('app.retry')}
      </Button>
    </Alert>
  )
}

/** The panel. */
export const UploadPanel = ({ one }: { one: Import }) => {
  const t = useT()
  const api = useApi()
  const upload = useUpload(one.id)
  return (
    <section className="panel pad" data-upload={upload?.status ?? 'none'}>
      <Stack>
        <Bar one={one} sent={upload?.sent ?? one.bytes} />
        {upload === undefined && one.size !== null && <GoOn one={one} />}
        {upload === undefined && one.size === null && <Text size="sm">{t('import.elsewhere')}</Text>}
        {upload?.status === 'sending' && (
          <Text size="xs" c="dimmed">
            {t('import.sendingText')}
          </Text>
        )}
        {upload?.status === 'waiting' && <Cut id={one.id} />}
        {upload?.status === 'failed' && (
          <ProblemNote error={upload.error} onRetry={() => uploadsOf(api).retry(one.id)} />
        )}
        <Group>
          <CancelDeed
            one={one}
            text={t('import.cancelUploadText')}
            before={() => uploadsOf(api).stop(one.id)}
          />
        </Group>
      </Stack>
    </section>
  )
}
