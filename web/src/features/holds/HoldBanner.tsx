/** Says that something is kept back: since when, by whom, why; with the buttons that decide about it. */
import type { Hold } from '@carillon/contract'
import { Alert, Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconBan, IconHandStop, IconPlayerPause } from '@tabler/icons-react'
import { useSpeech } from '../../i18n/language.tsx'
import type { Key } from '../../i18n/translate.ts'
import { Time } from '../../ui/Time.tsx'
import { HoldDecision } from './HoldDecision.tsx'

const ICONS = {
  stop: IconHandStop,
  pause: IconPlayerPause,
  runaway: IconAlertTriangle,
  cancel: IconBan,
} as const
const COLORS = { stop: 'red', pause: 'yellow', runaway: 'yellow', cancel: 'gray' } as const

const titleOf = (hold: Hold): Key => {
  if (hold.kind !== 'pause') return `hold.${hold.kind}`
  return hold.scope === 'execution' ? 'hold.pause.execution' : 'hold.pause.campaign'
}

/** The banner, with what can be decided: for a cancel that is nothing. */
export const HoldBanner = ({ hold }: { hold: Hold }) => {
  const { t } = useSpeech()
  const Icon = ICONS[hold.kind]
  return (
    <Alert
      mb="md"
      p="xs"
      px="md"
      color={COLORS[hold.kind]}
      variant="light"
      role="status"
      data-hold={hold.kind}
      icon={<Icon size={18} />}
    >
      <Group justify="space-between" gap="xs">
        <div style={{ flex: '1 1 260px' }}>
          <Text size="sm" fw={600}>
            {t(titleOf(hold))}
          </Text>
          <Text size="sm">{t(`hold.${hold.kind}Text`)}</Text>
          {hold.detail !== '' && (
            <Text size="sm" className="break">
              “{hold.detail}”
            </Text>
          )}
          <Text size="xs" c="dimmed">
            <Time at={hold.createdAt} /> {t('hold.by', { who: hold.createdBy })}
          </Text>
        </div>
        {hold.kind !== 'cancel' && <HoldDecision hold={hold} />}
      </Group>
    </Alert>
  )
}
