/** A duration as a number and its unit; empty is null. */
import { Group, Input, NumberInput, Select } from '@mantine/core'
import { useId, useState } from 'react'
import { useT } from '../i18n/language.tsx'
import { joinDuration, splitDuration, UNIT_NAMES, type Unit } from './duration.ts'

/** What the field needs. `unit` is the one an empty field starts with; `seconds` above `max` become `max`. */
interface DurationFieldProps {
  readonly label: string
  readonly description?: string
  readonly unit: Unit
  readonly units?: readonly Unit[]
  readonly max: number
  readonly readOnly?: boolean
  readonly value: number | null
  readonly onChange: (seconds: number | null) => void
}

/** The field. It keeps the unit that a person chose: 60 minutes stay 60 minutes while one types. */
export const DurationField = (props: DurationFieldProps) => {
  const t = useT()
  const id = useId()
  const start = props.value === null ? null : splitDuration(props.value)
  const [n, setN] = useState<number | ''>(start?.n ?? '')
  const [unit, setUnit] = useState<Unit>(start?.unit ?? props.unit)
  const report = (nextN: number | '', nextUnit: Unit) => {
    setN(nextN)
    setUnit(nextUnit)
    props.onChange(nextN === '' ? null : joinDuration({ n: nextN, unit: nextUnit }, props.max))
  }
  const units = props.units ?? UNIT_NAMES
  return (
    <Input.Wrapper label={props.label} description={props.description} id={id} labelProps={{ htmlFor: id }}>
      <Group gap={6} mt={4} wrap="nowrap" maw={320}>
        <NumberInput
          id={id}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          flex="1 1 auto"
          readOnly={props.readOnly ?? false}
          value={n}
          onChange={value => report(typeof value === 'number' && value >= 1 ? value : '', unit)}
        />
        <Select
          aria-label={t('unit.of', { label: props.label })}
          w={130}
          allowDeselect={false}
          disabled={props.readOnly ?? false}
          data={units.map(value => ({ value, label: t(`unit.${value}`) }))}
          value={unit}
          onChange={value => report(n, units.find(one => one === value) ?? unit)}
        />
      </Group>
    </Input.Wrapper>
  )
}
