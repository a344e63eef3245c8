/** The fields of a cap: how many, in which calendar window. */
import { CAP_PERIODS, MOST_EVERY } from '@carillon/contract'
import { Group, NumberInput, Select, Text } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import type { RuleDraft } from './rule-draft.ts'

type Draft = Extract<RuleDraft, { kind: 'capping' }>

const Whole = (props: { label: string; max: number; value: number; onChange: (n: number) => void }) => (
  <NumberInput
    label={props.label}
    required
    min={1}
    max={props.max}
    clampBehavior="strict"
    allowDecimal={false}
    allowNegative={false}
    w={130}
    value={props.value}
    onChange={value => props.onChange(typeof value === 'number' && value >= 1 ? value : 1)}
  />
)

/** The fields. */
export const CappingFields = (props: { draft: Draft; onChange: (draft: Draft) => void }) => {
  const t = useT()
  const { draft, onChange } = props
  return (
    <>
      <Group align="flex-end">
        <Whole
          label={t('rules.count')}
          max={1_000}
          value={draft.count}
          onChange={count => onChange({ ...draft, count })}
        />
        <Whole
          label={t('rules.every')}
          max={MOST_EVERY[draft.period]}
          value={draft.every}
          onChange={every => onChange({ ...draft, every })}
        />
        <Select
          label={t('rules.period')}
          w={160}
          allowDeselect={false}
          data={CAP_PERIODS.map(value => ({ value, label: t(`rules.period.${value}`) }))}
          value={draft.period}
          onChange={value => {
            const period = CAP_PERIODS.find(one => one === value) ?? draft.period
            onChange({ ...draft, period, every: Math.min(draft.every, MOST_EVERY[period]) })
          }}
        />
      </Group>
      <Text size="sm">{t('rules.capHint')}</Text>
    </>
  )
}
