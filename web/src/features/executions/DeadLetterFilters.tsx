/** The filters of the dead letters, as the URL holds them. */
import { CloseButton, Select, Switch, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { fromLocalField, toLocalField } from '../../ui/local-time.ts'
import { useTransports } from '../settings/channel-queries.ts'
import type { DeadLetterView } from './dead-letters.ts'
import { useDeadLetterSummary } from './ExecutionsHead.tsx'
import { reasonText } from './message-state.tsx'

interface Props {
  readonly view: DeadLetterView
  readonly onChange: (raw: Record<string, unknown>) => void
}

const unique = <T extends { value: string }>(choices: readonly T[]): T[] => [
  ...new Map(choices.map(one => [one.value, one])).values(),
]

const Choices = ({ view, onChange }: Props) => {
  const t = useT()
  const groups = useDeadLetterSummary().data?.groups ?? []
  const transports = useTransports().data?.items ?? []
  const campaigns = groups.map(one => ({ value: one.campaignId, label: one.campaignName }))
  const reasons = groups.flatMap(one =>
    one.reason === null ? [] : [{ value: one.reason, label: reasonText(t, one.reason, one.reasonText) }],
  )
  const known = (value: string | undefined) => (value === undefined ? [] : [{ value, label: value }])
  const set = (member: keyof DeadLetterView) => (value: string | null) =>
    onChange({ ...view, [member]: value ?? undefined })
  return (
    <>
      <Select
        aria-label={t('msg.state')}
        placeholder={t('dead.anyState')}
        clearable
        w={190}
        data={(['failed', 'unknown'] as const).map(value => ({ value, label: t(`state.${value}`) }))}
        value={view.state ?? null}
        onChange={set('state')}
      />
      <Select
        aria-label={t('msg.reason')}
        placeholder={t('msg.reason')}
        clearable
        w={230}
        data={unique([...known(view.reason), ...reasons])}
        value={view.reason ?? null}
        onChange={set('reason')}
      />
      <Select
        aria-label={t('exec.campaign')}
        placeholder={t('exec.campaign')}
        clearable
        searchable
        w={200}
        data={unique([...known(view.campaignId), ...campaigns])}
        value={view.campaignId ?? null}
        onChange={set('campaignId')}
      />
      <Select
        aria-label={t('dead.transport')}
        placeholder={t('dead.anyTransport')}
        clearable
        w={170}
        data={unique([
          ...known(view.transportId),
          ...transports.map(one => ({ value: one.id, label: one.name })),
        ])}
        value={view.transportId ?? null}
        onChange={set('transportId')}
      />
    </>
  )
}

const CodeField = ({ view, onChange }: Props) => {
  const t = useT()
  const [typed, setTyped] = useState(view.code ?? '')
  const report = useDebouncedCallback((code: string) => onChange({ ...view, code }), 300)
  useEffect(() => setTyped(view.code ?? ''), [view.code])
  return (
    <TextInput
      aria-label={t('dead.code')}
      placeholder={t('dead.codeHint')}
      maxLength={50}
      w={150}
      value={typed}
      onChange={event => {
        setTyped(event.currentTarget.value)
        report(event.currentTarget.value.trim())
      }}
    />
  )
}

const Times = ({ view, onChange }: Props) => {
  const t = useT()
  return (['from', 'to'] as const).map(member => (
    <TextInput
      key={`${member}-${view[member] ?? ''}`}
      type="datetime-local"
      aria-label={t(`dead.${member}`)}
      leftSection={<small>{t(`dead.${member}`)}</small>}
      leftSectionWidth={54}
      w={250}
      defaultValue={toLocalField(view[member] ?? null)}
      onBlur={event => {
        const instant = fromLocalField(event.currentTarget.value) ?? undefined
        if (instant !== view[member]) onChange({ ...view, [member]: instant })
      }}
    />
  ))
}

/** The filters. */
export const DeadLetterFilters = ({ view, onChange }: Props) => {
  const t = useT()
  return (
    <div className="filters" style={{ alignItems: 'center' }}>
      <Choices view={view} onChange={onChange} />
      <CodeField view={view} onChange={onChange} />
      <Times view={view} onChange={onChange} />
      {view.executionId !== undefined && (
        <span className="tag">
          {t('msg.ofExecution')}{' '}
          <CloseButton
            size="xs"
            aria-label={t('campaigns.clear')}
            onClick={() => onChange({ ...view, executionId: undefined })}
          />
        </span>
      )}
      <Switch
        label={t('dead.discarded')}
        checked={view.discarded === true}
        onChange={event => onChange({ ...view, discarded: event.currentTarget.checked })}
      />
    </div>
  )
}
