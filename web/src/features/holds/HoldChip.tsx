/** A hold in a word, for lists. */
import type { Hold } from '@carillon/contract'
import { IconAlertTriangle, IconPlayerPause } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'

/** The chip of a pause or of a guard's hold. */
export const HoldChip = ({ hold }: { hold: Hold }) => {
  const t = useT()
  const runaway = hold.kind === 'runaway'
  return (
    <Chip tone="amber" icon={runaway ? IconAlertTriangle : IconPlayerPause}>
      {t(runaway ? 'hold.chip.runaway' : 'hold.chip.pause')}
    </Chip>
  )
}
