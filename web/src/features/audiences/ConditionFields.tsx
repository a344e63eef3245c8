/** The fields of one condition: each kind has its own. */
import type { AudienceCondition, ValueOperator } from '@carillon/contract'
import { Group, NumberInput, Select, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { OPERATORS, pathOf, scalarOf, testWith } from './rule-draft.ts'
import type { Names } from './rule-words.ts'

/** What the fields need: names to choose from, and the day that a new date begins with. */
export interface Choices {
  readonly campaigns: Names
  readonly audiences: Names
  readonly day: string
}

interface FieldsOf<T> {
  readonly condition: T
  readonly choices: Choices
  readonly change: (next: AudienceCondition) => void
}
type Of<K extends AudienceCondition['kind']> = FieldsOf<Extract<AudienceCondition, { kind: K }>>

const options = (names: Names) => [...names].map(([value, label]) => ({ value, label }))

const Days = (props: { label: string; value: number; onChange: (days: number) => void }) => (
  <NumberInput
    size="xs"
    w={90}
    aria-label={props.label}
    min={1}
    max={3_650}
    allowDecimal={false}
    value={props.value}
    onChange={value => typeof value === 'number' && props.onChange(value)}
  />
)

const ValueField = ({ condition, change }: Of<'attribute'>) => {
  const t = useT()
  const label = t('rule.value')
  switch (condition.operator) {
    case 'exists':
    case 'not_exists':
      return null
    case 'in':
      return (
        <TextInput
          size="xs"
          aria-label={label}
          placeholder={t('rule.valuesHint')}
          defaultValue={condition.values.join(', ')}
          onBlur={event => {
            const values = event.currentTarget.value
              .split(',')
              .map(one => one.trim())
              .filter(one => one !== '')
            if (values.length > 0) change({ ...condition, values: values.map(scalarOf) })
          }}
        />
      )
    case 'between':
      return (
        <>
          {(['from', 'to'] as const).map(end => (
            <NumberInput
              key={end}
              size="xs"
              w={100}
              aria-label={t(`rule.${end}`)}
              value={condition[end]}
              onChange={value => typeof value === 'number' && change({ ...condition, [end]: value })}
            />
          ))}
        </>
      )
    case 'within_last':
      return (
        <Days
          label={t('rule.days')}
          value={condition.days}
          onChange={days => change({ ...condition, days })}
        />
      )
    default:
      return <ScalarField condition={condition} change={change} label={label} />
  }
}

type Scalar = Extract<Of<'attribute'>['condition'], { readonly value: unknown }>
const TEXTS: readonly ValueOperator[] = ['contains', 'starts_with']

const ScalarField = (props: {
  condition: Scalar
  label: string
  change: (next: AudienceCondition) => void
}) => {
  const { condition, change, label } = props
  const { operator } = condition
  if (operator === 'before' || operator === 'after')
    return (
      <TextInput
        size="xs"
        type="date"
        aria-label={label}
        value={String(condition.value).slice(0, 10)}
        onChange={event => {
          const value = event.currentTarget.value
          if (value !== '') change({ ...condition, value })
        }}
      />
    )
  if (typeof condition.value === 'number' && operator !== 'equals' && operator !== 'not_equals')
    return (
      <NumberInput
        size="xs"
        w={120}
        aria-label={label}
        value={condition.value}
        onChange={value => typeof value === 'number' && change({ ...condition, value } as AudienceCondition)}
      />
    )
  return (
    <TextInput
      size="xs"
      aria-label={label}
      defaultValue={String(condition.value)}
      onBlur={event => {
        const text = event.currentTarget.value
        if (text === '') return
        const value = TEXTS.includes(operator) ? text : scalarOf(text)
        change({ ...condition, value } as AudienceCondition)
      }}
    />
  )
}

const AttributeFields = (props: Of<'attribute'>) => {
  const t = useT()
  const { condition, change, choices } = props
  return (
    <>
      <TextInput
        size="xs"
        aria-label={t('rule.path')}
        placeholder="homeAddress.city"
        defaultValue={condition.path.join('.')}
        onBlur={event => {
          const path = pathOf(event.currentTarget.value)
          if (path.length > 0) change({ ...condition, path } as AudienceCondition)
        }}
      />
      <Select
        size="xs"
        w={170}
        aria-label={t('rule.operator')}
        allowDeselect={false}
        data={OPERATORS.map(value => ({ value, label: t(`rule.operator.${value}`) }))}
        value={condition.operator}
        onChange={value => {
          const operator = OPERATORS.find(one => one === value)
          if (operator !== undefined)
            change({ kind: 'attribute', ...testWith(condition.path, operator, choices.day) })
        }}
      />
      <ValueField {...props} key={condition.operator} />
    </>
  )
}

const YesNo = (props: {
  label: string
  yes: string
  no: string
  value: boolean
  onChange: (yes: boolean) => void
}) => (
  <Select
    size="xs"
    w={170}
    aria-label={props.label}
    allowDeselect={false}
    data={[
      { value: 'yes', label: props.yes },
      { value: 'no', label: props.no },
    ]}
    value={props.value ? 'yes' : 'no'}
    onChange={value => props.onChange(value === 'yes')}
  />
)

const NamedSelect = (props: {
  label: string
  names: Names
  value: string
  onChange: (id: string) => void
}) => (
  <Select
    size="xs"
    aria-label={props.label}
    placeholder={props.label}
    searchable
    allowDeselect={false}
    data={options(props.names)}
    value={props.value}
    onChange={id => id !== null && props.onChange(id)}
  />
)

const Within = (props: { days: number; onChange: (days: number) => void }) => {
  const t = useT()
  return (
    <Group gap="xs" wrap="nowrap">
      <span>{t('rule.within')}</span>
      <Days label={t('rule.days')} value={props.days} onChange={props.onChange} />
      <span>{t('rule.daysUnit')}</span>
    </Group>
  )
}

const ConsentFields = ({ condition, change }: Of<'consent'>) => {
  const t = useT()
  return (
    <>
      <Select
        size="xs"
        w={110}
        aria-label={t('rule.channelOf')}
        allowDeselect={false}
        data={(['email', 'sms', 'push'] as const).map(value => ({
          value,
          label: t(`rule.channel.${value}`),
        }))}
        value={condition.channel}
        onChange={value =>
          (value === 'email' || value === 'sms' || value === 'push') &&
          change({ ...condition, channel: value })
        }
      />
      <YesNo
        label={t('rule.choice')}
        yes={t('rule.refuses')}
        no={t('rule.allows')}
        value={condition.refuses}
        onChange={refuses => change({ ...condition, refuses })}
      />
    </>
  )
}

const MessageFields = ({ condition, choices, change }: Of<'message'>) => {
  const t = useT()
  return (
    <>
      <YesNo
        label={t('rule.choice')}
        yes={t('rule.got')}
        no={t('rule.notGot')}
        value={condition.got}
        onChange={got => change({ ...condition, got })}
      />
      <NamedSelect
        label={t('exec.campaign')}
        names={choices.campaigns}
        value={condition.campaignId}
        onChange={campaignId => change({ ...condition, campaignId })}
      />
      <Within days={condition.days} onChange={days => change({ ...condition, days })} />
    </>
  )
}

// Of an opening there is no link.
const InteractionFields = ({ condition, choices, change }: Of<'interaction'>) => {
  const t = useT()
  return (
    <>
      <YesNo
        label={t('rule.choice')}
        yes={t('rule.did')}
        no={t('rule.didNot')}
        value={condition.did}
        onChange={did => change({ ...condition, did })}
      />
      <Select
        size="xs"
        w={170}
        aria-label={t('rule.interaction')}
        allowDeselect={false}
        data={(['open', 'click'] as const).map(value => ({ value, label: t(`rule.interaction.${value}`) }))}
        value={condition.action}
        onChange={value => {
          if (value === 'open') change({ ...condition, action: value, label: null })
          if (value === 'click') change({ ...condition, action: value })
        }}
      />
      <NamedSelect
        label={t('exec.campaign')}
        names={choices.campaigns}
        value={condition.campaignId}
        onChange={campaignId => change({ ...condition, campaignId })}
      />
      {condition.action === 'click' && (
        <TextInput
          size="xs"
          aria-label={t('rule.label')}
          placeholder={t('rule.labelHint')}
          maxLength={200}
          defaultValue={condition.label ?? ''}
          onBlur={event => {
            const label = event.currentTarget.value.trim()
            change({ ...condition, label: label === '' ? null : label })
          }}
        />
      )}
      <Within days={condition.days} onChange={days => change({ ...condition, days })} />
    </>
  )
}

const EventFields = ({ condition, change }: Of<'event'>) => {
  const t = useT()
  return (
    <>
      <TextInput
        size="xs"
        aria-label={t('rule.eventType')}
        defaultValue={condition.type}
        onBlur={event => {
          const type = event.currentTarget.value.trim()
          if (type !== '') change({ ...condition, type })
        }}
      />
      <span>{t('rule.atLeast')}</span>
      <NumberInput
        size="xs"
        w={80}
        aria-label={t('rule.times')}
        min={1}
        max={1_000}
        allowDecimal={false}
        value={condition.times}
        onChange={value => typeof value === 'number' && change({ ...condition, times: value })}
      />
      <span>{t('rule.timesUnit')}</span>
      <Within days={condition.days} onChange={days => change({ ...condition, days })} />
    </>
  )
}

const MembershipFields = ({ condition, choices, change }: Of<'audience'>) => {
  const t = useT()
  return (
    <>
      <YesNo
        label={t('rule.choice')}
        yes={t('rule.member')}
        no={t('rule.notMember')}
        value={condition.member}
        onChange={member => change({ ...condition, member })}
      />
      <NamedSelect
        label={t('marketing.audience')}
        names={choices.audiences}
        value={condition.audienceId}
        onChange={audienceId => change({ ...condition, audienceId })}
      />
    </>
  )
}

/** The fields of a condition. */
export const ConditionFields = ({ condition, choices, change }: FieldsOf<AudienceCondition>) => {
  const t = useT()
  const rest = { choices, change }
  switch (condition.kind) {
    case 'attribute':
      return <AttributeFields condition={condition} {...rest} />
    case 'consent':
      return <ConsentFields condition={condition} {...rest} />
    case 'message':
      return <MessageFields condition={condition} {...rest} />
    case 'interaction':
      return <InteractionFields condition={condition} {...rest} />
    case 'event':
      return <EventFields condition={condition} {...rest} />
    case 'audience':
      return <MembershipFields condition={condition} {...rest} />
    default:
      return (
        <YesNo
          label={t('rule.choice')}
          yes={t('rule.isTest')}
          no={t('rule.isNotTest')}
          value={condition.value}
          onChange={value => change({ kind: 'test_profile', value })}
        />
      )
  }
}
