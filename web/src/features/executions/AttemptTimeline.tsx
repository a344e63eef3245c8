/** Every hand-over of one message, with the provider's own words. */
import type { Attempt } from '@carillon/contract'
import { Group, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconClock, IconHelpCircle } from '@tabler/icons-react'
import { useSpeech } from '../../i18n/language.tsx'
import { isKey } from '../../i18n/translate.ts'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { Facts } from '../../ui/Facts.tsx'

const LOOKS: Readonly<Record<string, readonly [Tone, IconType]>> = {
  accepted: ['green', IconCircleCheck],
  reject: ['red', IconCircleX],
  unknown: ['amber', IconHelpCircle],
}

const AttemptEntry = ({ attempt }: { attempt: Attempt }) => {
  const { t, formats } = useSpeech()
  const [tone, icon] = LOOKS[attempt.outcome] ?? ['blue', IconClock]
  const key = `outcome.${attempt.outcome}`
  const ms = Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt)
  return (
    <li>
      <Group gap="xs">
        <Text size="sm" fw={560}>
          {t('msg.attempt', { n: attempt.n })}
        </Text>
        <Chip tone={tone} icon={icon}>
          {isKey(key) ? t(key) : attempt.outcome}
        </Chip>
        {attempt.generation > 1 && (
          <span className="tag">{t('msg.generation', { n: attempt.generation })}</span>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {formats.exact(attempt.startedAt)} · {t('msg.took', { ms })}
        {attempt.transport !== null && ` · ${attempt.transport}`}
        {attempt.code !== '' && ` · ${attempt.code}`}
      </Text>
      {attempt.metadata !== null && (
        <>
          <Text size="xs" c="dimmed" mt={4}>
            {t('msg.metadata')}
          </Text>
          <Facts
            facts={Object.entries(attempt.metadata).map(([name, value]) => [name, String(value)] as const)}
          />
        </>
      )}
      {attempt.answer !== '' && (
        <>
          <Text size="xs" c="dimmed" mt={4}>
            {t('msg.answer')}
          </Text>
          <pre className="code wrap">{attempt.answer}</pre>
        </>
      )}
    </li>
  )
}

/** The timeline, oldest first. */
export const AttemptTimeline = ({ attempts }: { attempts: readonly Attempt[] }) => (
  <ol className="timeline">
    {attempts.map(one => (
      <AttemptEntry key={`${one.generation}-${one.n}`} attempt={one} />
    ))}
  </ol>
)
