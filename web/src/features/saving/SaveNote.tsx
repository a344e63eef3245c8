/** Says whether what you typed is stored, and offers to store it now. */
import { Button, Group } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCloudUpload, IconPencil } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import type { SaveState } from './autosave.ts'
import type { Saving } from './use-saver.ts'

const LOOKS: Readonly<Record<SaveState['kind'], readonly [Tone, IconType]>> = {
  saved: ['grey', IconCheck],
  waiting: ['amber', IconPencil],
  saving: ['blue', IconCloudUpload],
  failed: ['red', IconAlertTriangle],
  conflict: ['red', IconAlertTriangle],
}

/** The note in the head of a page; nothing where there is nothing to save. */
export const SaveNote = <T,>(props: { saving: Saving<T>; readOnly: boolean }) => {
  const t = useT()
  if (props.readOnly) return null
  const { saveState, saver, invalid } = props.saving
  const { kind } = saveState
  const wrong = invalid.length > 0
  const [tone, icon] = wrong ? LOOKS.failed : LOOKS[kind]
  return (
    <Group gap="xs">
      <span aria-live="polite" data-save={kind}>
        <Chip tone={tone} icon={icon}>
          {t(wrong ? 'save.invalid' : kind === 'conflict' ? 'save.failed' : `save.${kind}`)}
        </Chip>
      </span>
      {(kind === 'waiting' || kind === 'failed') && (
        <Button size="compact-sm" variant="default" onClick={() => void saver.flush()}>
          {t('save.now')}
        </Button>
      )}
    </Group>
  )
}
