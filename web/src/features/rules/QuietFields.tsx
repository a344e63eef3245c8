/** The fields of quiet hours: whose clock, what becomes of a message, and up to five periods, with the week they make. */

import type { QuietPeriod } from '@carillon/contract'
import { Button, Group, Radio, Select, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { localDay, ZONES } from '../../ui/local-time.ts'
import { PeriodFields } from './PeriodFields.tsx'
import { hasRoom, newPeriod, type RuleDraft } from './rule-draft.ts'
import { WeekView } from './WeekView.tsx'

type Draft = Extract<RuleDraft, { kind: 'quiet_hours' }>
type Props = { readonly draft: Draft; readonly onChange: (draft: Draft) => void }

const RECIPIENT = 'recipient'
const ACTIONS = ['queue', 'discard'] as const
const today = (): string => localDay(new Date().toISOString())

const zonesWith = (zone: string | null): string[] => [
  ...new Set(['UTC', ...ZONES, ...(zone === null ? [] : [zone])]),
]

const ZoneField = ({ draft, onChange }: Props) => {
  const t = useT()
  const { timeZone } = draft
  const zone = timeZone.kind === 'fixed' ? timeZone.zone : null
  return (
    <Select
      label={t('rules.zone')}
      description={t('rules.zoneHint')}
      searchable
      allowDeselect={false}
      limit={60}
      data={[
        { value: RECIPIENT, label: t('rules.recipientZone') },
        ...zonesWith(zone).map(value => ({ value, label: value })),
      ]}
      value={zone ?? RECIPIENT}
      onChange={value => {
        if (value === null) return
        const next = value === RECIPIENT ? { kind: RECIPIENT } : { kind: 'fixed' as const, zone: value }
        onChange({ ...draft, timeZone: next as Draft['timeZone'] })
      }}
    />
  )
}

const ActionField = ({ draft, onChange }: Props) => {
  const t = useT()
  return (
    <Radio.Group
      label={t('rules.action')}
      value={draft.action}
      onChange={value => onChange({ ...draft, action: ACTIONS.find(one => one === value) ?? draft.action })}
    >
      <Stack gap={6} mt={4}>
        {ACTIONS.map(action => (
          <Radio
            key={action}
            value={action}
            label={t(`rules.action.${action}`)}
            description={t(`rules.actionHint.${action}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}

/** The fields. */
export const QuietFields = ({ draft, onChange }: Props) => {
  const t = useT()
  const put = (periods: readonly QuietPeriod[]) => onChange({ ...draft, periods: [...periods] })
  const { periods } = draft
  return (
    <>
      <ZoneField draft={draft} onChange={onChange} />
      <ActionField draft={draft} onChange={onChange} />
      {periods.map((period, index) => (
        <PeriodFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a period has no identity but its place
          key={index}
          place={index + 1}
          period={period}
          onChange={next => put(periods.with(index, next))}
          {...(periods.length === 1 ? {} : { onRemove: () => put(periods.toSpliced(index, 1)) })}
        />
      ))}
      <Group gap="xs">
        {(['weekly', 'dates'] as const).map(kind => (
          <Button
            key={kind}
            size="compact-sm"
            variant="default"
            disabled={!hasRoom(periods)}
            leftSection={<IconPlus size={14} />}
            onClick={() => put([...periods, newPeriod(kind, today())])}
          >
            {t(`rules.add.${kind}`)}
          </Button>
        ))}
      </Group>
      <WeekView periods={periods} />
    </>
  )
}
