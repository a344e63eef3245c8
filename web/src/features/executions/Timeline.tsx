/** The story of a message, oldest first, in words that a support person understands. */
import type { Attempt, TimelineStep } from '@carillon/contract'
import { Group, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus, IconCircleX, IconClock, IconHelpCircle } from '@tabler/icons-react'
import { useSpeech } from '../../i18n/language.tsx'
import { ordinal } from '../../i18n/ordinal.ts'
import { isKey, type Translate } from '../../i18n/translate.ts'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { reasonText } from './message-state.tsx'
import { type Chapter, chaptersOf, metadataOf } from './story.ts'

const OUTCOMES: Readonly<Record<string, readonly [Tone, IconType]>> = {
  accepted: ['green', IconCircleCheck],
  reject: ['red', IconCircleX],
  unknown: ['amber', IconHelpCircle],
}
const STATES: Readonly<Record<string, Tone>> = {
  sent: 'green',
  failed: 'red',
  unknown: 'amber',
  excluded: 'grey',
  cancelled: 'grey',
}
const FEEDBACK: Readonly<Record<string, Tone>> = {
  delivered: 'green',
  bounce: 'red',
  complaint: 'red',
  delay: 'amber',
}
const PLANNED: readonly string[] = ['waiting', 'expires']
const BY_PERSON: readonly string[] = ['redriven', 'discarded', 'cancelled', 'released']

// The detail of some steps is a reason code, of others what a person wrote or the place in the content.
const isOwnWords = ({ detail, attempt }: TimelineStep): boolean =>
  detail !== '' && detail !== attempt?.answer && !isKey(`reason.${detail}`)

const titleOf = (t: Translate, step: TimelineStep): string => {
  if (step.feedback !== null) return t(`feedback.${step.feedback.kind}`)
  if (step.interaction !== null) return t(`story.done.${step.interaction.kind}`)
  if (step.kind === 'attempt') {
    const { n = 0, transport = null } = step.attempt ?? {}
    return transport === null ? t('story.attempt', { n }) : t('story.attemptBy', { n, transport })
  }
  const exact = `story.${step.kind}.${step.state}`
  return isKey(exact) ? t(exact) : t(`story.${step.kind}`)
}

const toneOf = (step: TimelineStep): Tone => {
  if (step.feedback !== null) return FEEDBACK[step.feedback.kind] ?? 'blue'
  if (step.attempt !== null) return OUTCOMES[step.attempt.outcome]?.[0] ?? 'blue'
  return STATES[step.state ?? ''] ?? (step.kind === 'held' ? 'amber' : 'blue')
}

const Outcome = ({ outcome }: { outcome: string }) => {
  const { t } = useSpeech()
  const [tone, icon] = OUTCOMES[outcome] ?? ['blue', IconClock]
  const key = `outcome.${outcome}`
  return (
    <Chip tone={tone} icon={icon}>
      {isKey(key) ? t(key) : outcome}
    </Chip>
  )
}

const Answer = ({ step, attempts }: { step: TimelineStep; attempts: readonly Attempt[] }) => {
  const { t } = useSpeech()
  const metadata = metadataOf(step, attempts)
  const answer = step.attempt?.answer ?? ''
  return (
    <>
      {answer !== '' && (
        <>
          <Text size="xs" c="dimmed" mt={4}>
            {t('msg.answer')}
          </Text>
          <pre className="code wrap">{answer}</pre>
        </>
      )}
      {metadata !== null && (
        <>
          <Text size="xs" c="dimmed" mt={4}>
            {t('msg.metadata')}
          </Text>
          <Facts facts={Object.entries(metadata).map(([name, value]) => [name, String(value)] as const)} />
        </>
      )}
    </>
  )
}

const Report = ({ feedback }: { feedback: NonNullable<TimelineStep['feedback']> }) => {
  const { t } = useSpeech()
  const { code, label, source, remote, status, answer } = feedback
  const known = `feedback.label.${code}`
  const why = isKey(known) ? t(known) : label
  const by =
    source === 'smtp' && remote !== '' ? `${t('feedback.by.smtp')} (${remote})` : t(`feedback.by.${source}`)
  const facts = [
    by,
    ...(status === '' ? [] : [t('story.code', { code: status })]),
    ...(feedback.class === null || feedback.kind !== 'bounce' ? [] : [t(`feedback.class.${feedback.class}`)]),
  ]
  return (
    <>
      {why !== null && <Text size="sm">{why}</Text>}
      <Text size="xs" c="dimmed">
        {facts.join(' · ')}
      </Text>
      {answer !== '' && <pre className="code wrap">{answer}</pre>}
    </>
  )
}

const Deed = ({ interaction }: { interaction: NonNullable<TimelineStep['interaction']> }) => {
  const { t, formats } = useSpeech()
  const { link, machine, n, lastAt } = interaction
  const facts = [
    ...(machine ? [t('story.done.machine')] : []),
    ...(n > 1 ? [t('story.done.times', { n, at: formats.exact(lastAt) })] : []),
  ]
  return (
    <>
      {link !== null && (
        <Text size="sm" className="break">
          {link.label === '' ? link.url : link.label}
        </Text>
      )}
      {facts.length > 0 && (
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
        </Text>
      )}
    </>
  )
}

const When = ({ step }: { step: TimelineStep }) => {
  const { t, formats } = useSpeech()
  const { attempt } = step
  const parts = [
    formats.exact(step.at),
    ...(PLANNED.includes(step.kind) ? [t('story.planned')] : []),
    ...(attempt === null ? [] : [t('msg.took', { ms: Date.parse(attempt.endedAt) - Date.parse(step.at) })]),
    ...(attempt === null || attempt.code === '' ? [] : [t('story.code', { code: attempt.code })]),
    ...(step.actor === '' || step.actor === 'carillon' ? [] : [t('hold.by', { who: step.actor })]),
  ]
  return (
    <Text size="xs" c="dimmed">
      {parts.join(' · ')}
    </Text>
  )
}

const Step = (props: { step: TimelineStep; chapter: number; attempts: readonly Attempt[] }) => {
  const { t, language } = useSpeech()
  const { step } = props
  // What a person did is not explained by the reason that the message had before.
  const reason = BY_PERSON.includes(step.kind) ? '' : reasonText(t, step.reason, step.reasonText)
  const late = step.generation < props.chapter && step.kind !== 'redriven'
  return (
    <li data-tone={toneOf(step)} data-step={step.kind} data-planned={PLANNED.includes(step.kind)}>
      <Group gap="xs">
        <Text size="sm" fw={560}>
          {titleOf(t, step)}
        </Text>
        {step.attempt !== null && <Outcome outcome={step.attempt.outcome} />}
        {step.kind === 'refused' && step.state === 'excluded' && (
          <Chip tone="grey" icon={IconCircleMinus}>
            {t('state.excluded')}
          </Chip>
        )}
        {late && <span className="tag">{t('story.ofTry', { nth: ordinal(step.generation, language) })}</span>}
      </Group>
      <When step={step} />
      {reason !== '' && <Text size="sm">{reason}</Text>}
      {isOwnWords(step) && (
        <Text size="sm" className="break">
          {step.kind === 'accepted' ? t('story.request', { id: step.detail }) : step.detail}
        </Text>
      )}
      {step.feedback !== null && <Report feedback={step.feedback} />}
      {step.interaction !== null && <Deed interaction={step.interaction} />}
      <Answer step={step} attempts={props.attempts} />
    </li>
  )
}

const Part = (props: { chapter: Chapter; many: boolean; attempts: readonly Attempt[] }) => {
  const { t, language } = useSpeech()
  const { n, askedBy, steps } = props.chapter
  const nth = ordinal(n, language)
  return (
    <section>
      {props.many && (
        <Title order={3} className="chapter">
          {askedBy === null || askedBy === ''
            ? t('story.try', { nth })
            : t('story.askedBy', { nth, who: askedBy })}
        </Title>
      )}
      <ol className="timeline">
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
          <Step key={i} step={step} chapter={n} attempts={props.attempts} />
        ))}
      </ol>
    </section>
  )
}

/** The story; `attempts` adds what the content stored with a hand-over. */
export const Timeline = (props: { timeline: readonly TimelineStep[]; attempts?: readonly Attempt[] }) => {
  const { t } = useSpeech()
  const chapters = chaptersOf(props.timeline)
  if (chapters.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('story.empty')}
      </Text>
    )
  }
  return chapters.map((chapter, i) => (
    <Part
      // biome-ignore lint/suspicious/noArrayIndexKey: chapters are only ever added at the end
      key={i}
      chapter={chapter}
      many={chapters.length > 1}
      attempts={props.attempts ?? []}
    />
  ))
}
