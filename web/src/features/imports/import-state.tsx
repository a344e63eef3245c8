/** The state of an import as a chip. */
import type { ImportState } from '@carillon/contract'
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconColumns,
  IconPlayerPlay,
  IconUpload,
} from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'

const LOOKS: Readonly<Record<ImportState, { readonly tone: Tone; readonly icon: IconType }>> = {
  uploading: { tone: 'blue', icon: IconUpload },
  uploaded: { tone: 'amber', icon: IconColumns },
  running: { tone: 'blue', icon: IconPlayerPlay },
  done: { tone: 'green', icon: IconCircleCheck },
  cancelled: { tone: 'grey', icon: IconBan },
  failed: { tone: 'red', icon: IconAlertTriangle },
}

/** The chip. */
export const ImportStateChip = ({ state }: { state: ImportState }) => {
  const t = useT()
  return <Chip {...LOOKS[state]}>{t(`import.state.${state}`)}</Chip>
}
