/** Says whether what you typed is stored, and offers to store it now. */
import { Button, Group } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCloudUpload, IconPencil } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import type { SaveState } from '../saving/autosave.ts'
import type { Editor } from './use-editor.ts'

const LOOKS: Readonly<Record<SaveState['kind'], readonly [Tone, IconType]>> = {
  saved: ['grey', IconCheck],
  waiting: ['amber', IconPencil],
  saving: ['blue', IconCloudUpload],
  failed: ['red', IconAlertTriangle],
  conflict: ['red', IconAlertTriangle],
}

/** The note in the head of the page. */
export const SaveNote = ({ editor }: { editor: Editor }) => {
  const t = useT()
  if (editor.readOnly) return null
  const { kind } = editor.saveState
  const invalid = editor.invalid.length > 0
  const [tone, icon] = invalid ? LOOKS.failed : LOOKS[kind]
  return (
    <Group gap="xs">
      <span aria-live="polite" data-save={kind}>
        <Chip tone={tone} icon={icon}>
          {t(invalid ? 'save.invalid' : kind === 'conflict' ? 'save.failed' : `save.${kind}`)}
        </Chip>
      </span>
      {(kind === 'waiting' || kind === 'failed') && (
        <Button size="compact-sm" variant="default" onClick={() => void editor.saver.flush()}>
          {t('save.now')}
        </Button>
      )}
    </Group>
  )
}
