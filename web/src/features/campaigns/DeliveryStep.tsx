/** How a campaign's messages are delivered: route, pace, business rules, once per person, lateness, and the guard against a caller gone wild. */
import { Stack, Switch, Text } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { DurationField } from '../../ui/DurationField.tsx'
import { RuleSetSelect } from '../rules/RuleSetSelect.tsx'
import { NumberField } from './NumberField.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

const YEAR = 31_536_000

const Route = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  return (
    <Part title={t('delivery.route')}>
      <Switch
        label={t('delivery.high')}
        description={t('delivery.highHint')}
        disabled={readOnly}
        checked={properties.highThroughput}
        onChange={event => change({ highThroughput: event.currentTarget.checked })}
      />
    </Part>
  )
}

const Pace = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  return (
    <Part title={t('delivery.speed')}>
      <NumberField
        label={t('delivery.rate')}
        description={t('delivery.rateHint')}
        max={2_000}
        readOnly={readOnly}
        value={properties.ratePerSecond}
        onChange={ratePerSecond => change({ ratePerSecond })}
      />
      <DurationField
        label={t('delivery.once')}
        description={t('delivery.onceHint')}
        unit="days"
        max={YEAR}
        readOnly={readOnly}
        value={properties.onceWindowSeconds}
        onChange={onceWindowSeconds => change({ onceWindowSeconds })}
      />
      <DurationField
        label={t('delivery.stale')}
        description={t('delivery.staleHint')}
        unit="hours"
        max={YEAR}
        readOnly={readOnly}
        value={properties.staleAfterSeconds}
        onChange={staleAfterSeconds => change({ staleAfterSeconds })}
      />
      <DurationField
        label={t('prop.expiry')}
        description={t('prop.expiryHint')}
        unit="hours"
        max={YEAR}
        readOnly={readOnly}
        value={properties.messageExpirySeconds}
        onChange={messageExpirySeconds => change({ messageExpirySeconds })}
      />
    </Part>
  )
}

const CEILINGS = [
  { member: 'perMinute', label: 'delivery.perMinute', hint: 'delivery.perMinuteHint', max: 1_000_000 },
  { member: 'perDay', label: 'delivery.perDay', hint: 'delivery.perDayHint', max: 100_000_000 },
  { member: 'perPersonPerDay', label: 'delivery.perPerson', hint: 'delivery.perPersonHint', max: 1_000 },
] as const

const Guard = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { readOnly, change } = editor
  const { guard } = editor.properties
  return (
    <Part title={t('delivery.guard')}>
      <Text size="sm">{t('delivery.guardHint')}</Text>
      {CEILINGS.map(({ member, label, hint, max }) => (
        <NumberField
          key={member}
          label={t(label)}
          description={t(hint)}
          max={max}
          readOnly={readOnly}
          value={guard[member]}
          onChange={value => change({ guard: { ...guard, [member]: value } })}
        />
      ))}
      <Switch
        label={t('delivery.rise')}
        description={t('delivery.riseHint')}
        disabled={readOnly}
        checked={guard.suddenRise}
        onChange={event => change({ guard: { ...guard, suddenRise: event.currentTarget.checked } })}
      />
    </Part>
  )
}

// Transactional messages are under no rule.
const Rules = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  if (properties.category !== 'marketing') return null
  return (
    <Part title={t('rules.business')}>
      <RuleSetSelect
        value={properties.ruleSetIds}
        readOnly={readOnly}
        onChange={ruleSetIds => change({ ruleSetIds })}
      />
    </Part>
  )
}

/** The step. */
export const DeliveryStep = ({ editor }: { editor: Editor }) => (
  <Stack>
    {editor.properties.category === 'transactional' && <Route editor={editor} />}
    <Pace editor={editor} />
    <Rules editor={editor} />
    <Guard editor={editor} />
  </Stack>
)
