/** How the states of a message look, and which of them count together. */
import type { MessageState, ReasonCode } from '@carillon/contract'
import {
  IconBan,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconHelpCircle,
  IconLoader2,
  IconPlayerPause,
  IconSend,
} from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { isKey, type Key, type Translate } from '../../i18n/translate.ts'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'

const LOOKS: Readonly<Record<MessageState, readonly [Tone, IconType]>> = {
  ready: ['blue', IconClock],
  claimed: ['blue', IconLoader2],
  handing_over: ['blue', IconSend],
  held: ['blue', IconPlayerPause],
  sent: ['green', IconCircleCheck],
  excluded: ['grey', IconCircleMinus],
  failed: ['red', IconCircleX],
  cancelled: ['grey', IconBan],
  unknown: ['amber', IconHelpCircle],
}

/** What a list of messages can be narrowed to: the counts that a person sees. `open` is every state that is not settled. */
export const GROUPS = ['sent', 'excluded', 'failed', 'cancelled', 'unknown', 'open'] as const
/** One of them. */
export type StateGroup = (typeof GROUPS)[number]

const SETTLED: readonly string[] = GROUPS.filter(group => group !== 'open')

/** The states in which a message is still under way. */
export const OPEN_STATES = (Object.keys(LOOKS) as MessageState[]).filter(state => !SETTLED.includes(state))

/** The count a message belongs to. */
export const groupOf = (state: MessageState): StateGroup => GROUPS.find(group => group === state) ?? 'open'

/** How a count looks; `open` has no state of its own. */
export const lookOfGroup = (group: StateGroup): readonly [Tone, IconType] =>
  group === 'open' ? ['blue', IconClock] : LOOKS[group]

/** The chip of a state. */
export const StateChip = ({ state }: { state: MessageState }) => {
  const t = useT()
  const [tone, icon] = LOOKS[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`state.${state}`)}
    </Chip>
  )
}

// Every reason of the ledger has its words: a missing one is a type error here.
type ReasonKey = `reason.${ReasonCode}` extends Key ? `reason.${ReasonCode}` : never

/** The words of a reason; a code newer than this studio shows the server's own words. */
export const reasonText = (t: Translate, reason: string | null, fallback: string | null): string => {
  if (reason === null) return ''
  const key: ReasonKey | string = `reason.${reason}`
  return isKey(key) ? t(key) : (fallback ?? reason)
}
