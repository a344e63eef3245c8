/** How far a running import is, how fast it goes, and the way to end it. */
import type { Import } from '@carillon/contract'
import { Group, Progress, Stack, Text } from '@mantine/core'
import { useSpeech } from '../../i18n/language.tsx'
import { durationText } from '../../ui/duration-text.ts'
import { CancelDeed } from './CancelDeed.tsx'
import { usePace } from './import-queries.ts'
import { roughly } from './pace.ts'

/** The panel. */
export const ProgressPanel = ({ one }: { one: Import }) => {
  const { t, formats } = useSpeech()
  const { rowsPerSecond, secondsLeft } = usePace(one)
  const share = one.bytes === 0 ? 0 : (100 * one.position) / one.bytes
  return (
    <section className="panel pad" data-import="running">
      <Stack>
        <Group justify="space-between" align="baseline">
          <Text size="sm" fw={560}>
            {t('import.done', { rows: formats.number(one.rows), share: Math.floor(share) })}
          </Text>
          <Text size="sm" c="dimmed" role="status">
            {rowsPerSecond !== null && t('import.rate', { n: formats.number(rowsPerSecond) })}
            {secondsLeft !== null &&
              ` · ${t('import.left', { time: durationText(t, roughly(secondsLeft)) })}`}
          </Text>
        </Group>
        <Progress value={share} aria-label={t('import.running')} animated />
        <Text size="xs" c="dimmed">
          {t('import.runningText')}
        </Text>
        <Group>
          <CancelDeed one={one} text={t('import.cancelText')} />
        </Group>
      </Stack>
    </section>
  )
}
