/** How a rule set's status looks. */
import type { RuleSet, RuleSetStatus } from '@carillon/contract'
import { IconBolt, IconPencil, IconPlayerPause } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'

const LOOKS: Readonly<Record<RuleSetStatus, readonly [Tone, IconType]>> = {
  draft: ['grey', IconPencil],
  active: ['green', IconBolt],
  inactive: ['grey', IconPlayerPause],
}

/** The chip, with a word when the set is the global one. */
export const RuleSetChip = ({ set }: { set: RuleSet }) => {
  const t = useT()
  const [tone, icon] = LOOKS[set.status]
  return (
    <>
      <Chip tone={tone} icon={icon}>
        {t(`rules.status.${set.status}`)}
      </Chip>
      {set.global && (
        <span className="tag" style={{ marginLeft: 4 }}>
          {t('rules.global')}
        </span>
      )}
    </>
  )
}
