/** How a fragment's status looks. */

import type { FragmentStatus } from '@carillon/contract'
import { IconArchive, IconBolt, IconPencil } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'

const LOOKS: Readonly<Record<FragmentStatus, readonly [Tone, IconType]>> = {
  draft: ['grey', IconPencil],
  live: ['green', IconBolt],
  archived: ['grey', IconArchive],
}

/** True for a status of a fragment; for values of the URL. */
export const isFragmentStatus = (value: unknown): value is FragmentStatus =>
  typeof value === 'string' && Object.hasOwn(LOOKS, value)

/** The chip; a draft beside a live version is told too. */
export const FragmentChip = (props: { status: FragmentStatus; hasDraft: boolean }) => {
  const t = useT()
  const [tone, icon] = LOOKS[props.status]
  return (
    <>
      <Chip tone={tone} icon={icon}>
        {t(`status.${props.status}`)}
      </Chip>
      {props.status === 'live' && props.hasDraft && (
        <span className="tag" style={{ marginLeft: 4 }}>
          {t('campaigns.draftBeside')}
        </span>
      )}
    </>
  )
}
