/** Says why a page could not be saved: a failure, or somebody else's change that must not be replaced unasked. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import type { Saving } from './use-saver.ts'

/** The banner; nothing while saving works. `newest` reads the revision to save on top of. */
export const SaveBanner = <T,>(props: {
  saving: Saving<T>
  newest: () => Promise<number>
  onReload: () => void
}) => {
  const t = useT()
  const { saveState, saver } = props.saving
  if (saveState.kind === 'failed') {
    return (
      <div style={{ marginBottom: 16 }}>
        <ProblemNote error={saveState.error} onRetry={() => void saver.flush()} />
      </div>
    )
  }
  if (saveState.kind !== 'conflict') return null
  const keepMine = async () => saver.overwrite(await props.newest())
  return (
    <Alert mb="md" p="xs" px="md" color="red" icon={<IconInfoCircle size={18} />} role="alert">
      <Text size="sm">{t('save.conflict')}</Text>
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" variant="default" onClick={props.onReload}>
          {t('save.reload')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void keepMine().catch(() => undefined)}>
          {t('save.overwrite')}
        </Button>
      </Group>
    </Alert>
  )
}
