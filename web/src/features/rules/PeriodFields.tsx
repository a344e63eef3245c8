/** One period of quiet hours: days of the week or dates, and its hours. */
import type { QuietPeriod, Weekday } from '@carillon/contract'
import { ActionIcon, Chip, Fieldset, Group, Switch, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { SHOWN_DAYS } from './rule-words.ts'

type Change = (period: QuietPeriod) => void

const Field = (props: {
  label: string
  type: 'date' | 'time'
  value: string
  onChange: (text: string) => void
}) => (
  <TextInput
    type={props.type}
    label={props.label}
    required
    w={160}
    value={props.value}
    onChange={event => props.onChange(event.currentTarget.value)}
  />
)

const Days = ({ period, onChange }: { period: QuietPeriod; onChange: Change }) => {
  const t = useT()
  if (period.kind === 'dates')
    return (
      <Group>
        <Field
          type="date"
          label={t('rules.firstDay')}
          value={period.from}
          onChange={from => onChange({ ...period, from })}
        />
        <Field
          type="date"
          label={t('rules.lastDay')}
          value={period.to}
          onChange={to => onChange({ ...period, to })}
        />
      </Group>
    )
  const isDay = (value: string): value is Weekday => SHOWN_DAYS.some(day => day === value)
  return (
    <Chip.Group
      multiple
      value={period.days}
      onChange={days => onChange({ ...period, days: days.filter(isDay) })}
    >
      <Group gap={6}>
        {SHOWN_DAYS.map(day => (
          <Chip key={day} value={day} size="xs">
            {t(`rules.day.${day}`)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  )
}

const Hours = ({ period, onChange }: { period: QuietPeriod; onChange: Change }) => {
  const t = useT()
  const { hours } = period
  return (
    <Group align="flex-end">
      <Switch
        label={t('rules.allDay')}
        checked={hours === null}
        onChange={event =>
          onChange({ ...period, hours: event.currentTarget.checked ? null : { from: '21:00', to: '08:00' } })
        }
      />
      {hours !== null && (
        <>
          <Field
            type="time"
            label={t('rules.from')}
            value={hours.from}
            onChange={from => onChange({ ...period, hours: { ...hours, from } })}
          />
          <Field
            type="time"
            label={t('rules.to')}
            value={hours.to}
            onChange={to => onChange({ ...period, hours: { ...hours, to } })}
          />
        </>
      )}
    </Group>
  )
}

/** The fields; without `onRemove` it is the last one and stays. */
export const PeriodFields = (props: {
  place: number
  period: QuietPeriod
  onChange: Change
  onRemove?: () => void
}) => {
  const t = useT()
  const { place, period, onChange, onRemove } = props
  return (
    <Fieldset legend={t('rules.periodAt', { place })} p="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Days period={period} onChange={onChange} />
        {onRemove && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('rules.removePeriod', { place })}
            onClick={onRemove}
          >
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </Group>
      <Group mt="sm">
        <Hours period={period} onChange={onChange} />
      </Group>
    </Fieldset>
  )
}
