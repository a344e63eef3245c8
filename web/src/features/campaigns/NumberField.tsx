/** A whole number that may be left empty, which is null. */
import { NumberInput } from '@mantine/core'

/** The field; what is typed above `max` becomes `max` when it is left. */
export const NumberField = (props: {
  label: string
  description: string
  max: number
  readOnly: boolean
  value: number | null
  onChange: (value: number | null) => void
}) => (
  <NumberInput
    label={props.label}
    description={props.description}
    min={1}
    max={props.max}
    clampBehavior="strict"
    allowDecimal={false}
    allowNegative={false}
    readOnly={props.readOnly}
    value={props.value ?? ''}
    styles={{ wrapper: { maxWidth: 320 } }}
    onChange={value => props.onChange(typeof value === 'number' && value >= 1 ? value : null)}
  />
)
