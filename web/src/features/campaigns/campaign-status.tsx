/** How a campaign's status looks. */
import type { CampaignStatus } from '@carillon/contract'
import {
  IconArchive,
  IconBolt,
  IconCalendarTime,
  IconCircleCheck,
  IconCircleX,
  IconEye,
  IconPencil,
  IconPlayerStop,
} from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'

const LOOKS: Readonly<Record<CampaignStatus, readonly [Tone, IconType]>> = {
  draft: ['grey', IconPencil],
  in_review: ['blue', IconEye],
  scheduled: ['blue', IconCalendarTime],
  live: ['green', IconBolt],
  stopped: ['grey', IconPlayerStop],
  completed: ['grey', IconCircleCheck],
  failed: ['red', IconCircleX],
  archived: ['grey', IconArchive],
}

/** Every status, in the order of a campaign's life. */
export const STATUSES = Object.keys(LOOKS) as CampaignStatus[]

/** True for a status of a campaign; for values of the URL. */
export const isStatus = (value: unknown): value is CampaignStatus =>
  typeof value === 'string' && Object.hasOwn(LOOKS, value)

/** True while a campaign can be changed. */
export const isEditable = (status: CampaignStatus): boolean =>
  status !== 'stopped' && status !== 'completed' && status !== 'archived'

/** True while a campaign accepts calls now or later, so that it can be stopped. */
export const isStoppable = (status: CampaignStatus): boolean => status === 'live' || status === 'scheduled'

/** The chip. */
export const StatusChip = ({ status }: { status: CampaignStatus }) => {
  const t = useT()
  const [tone, icon] = LOOKS[status]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`status.${status}`)}
    </Chip>
  )
}
