/** A rule as nested groups of conditions, to be built by mouse or keyboard. */
import type { AudienceRule } from '@carillon/contract'
import { ActionIcon, Button, Group, Menu, Select, Stack } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { type Choices, ConditionFields } from './ConditionFields.tsx'
import { CONDITION_KINDS, type ConditionKind, conditionOf, isGroup } from './rule-draft.ts'

/** The deepest group that can be added to. */
const DEEPEST = 5
type GroupRule = Extract<AudienceRule, { rules: unknown }>

const Add = (props: {
  readonly deep: boolean
  readonly onCondition: (kind: ConditionKind) => void
  readonly onGroup: () => void
}) => {
  const t = useT()
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />}>
          {t('rule.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {CONDITION_KINDS.map(kind => (
          <Menu.Item key={kind} onClick={() => props.onCondition(kind)}>
            {t(`rule.kind.${kind}`)}
          </Menu.Item>
        ))}
        {!props.deep && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={props.onGroup}>{t('rule.kind.group')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

const Part = (props: {
  readonly rule: AudienceRule
  readonly choices: Choices
  readonly depth: number
  readonly change: (next: AudienceRule) => void
  readonly remove: () => void
}) => {
  const t = useT()
  const { rule, choices, depth, change, remove } = props
  return (
    <div className={isGroup(rule) ? 'rule-group' : 'rule-condition'}>
      {isGroup(rule) ? (
        <RuleGroup rule={rule} choices={choices} depth={depth} change={change} />
      ) : (
        <Group gap="xs" className="rule-fields">
          <span className="tag">{t(`rule.kind.${rule.kind}`)}</span>
          <ConditionFields condition={rule} choices={choices} change={change} />
        </Group>
      )}
      <ActionIcon variant="subtle" color="gray" aria-label={t('rule.remove')} onClick={remove}>
        <IconX size={15} />
      </ActionIcon>
    </div>
  )
}

const RuleGroup = (props: {
  readonly rule: GroupRule
  readonly choices: Choices
  readonly depth: number
  readonly change: (next: AudienceRule) => void
}) => {
  const t = useT()
  const { rule, choices, depth, change } = props
  const put = (index: number, next: AudienceRule | null) =>
    change({
      ...rule,
      rules: rule.rules.flatMap((one, at) => (at !== index ? [one] : next === null ? [] : [next])),
    })
  const first = {
    campaignId: choices.campaigns.keys().next().value ?? '',
    audienceId: choices.audiences.keys().next().value ?? '',
    day: choices.day,
  }
  const append = (one: AudienceRule) => change({ ...rule, rules: [...rule.rules, one] })
  return (
    <Stack gap="xs" style={{ flexGrow: 1 }}>
      <Select
        size="xs"
        w={200}
        aria-label={t('rule.group')}
        allowDeselect={false}
        data={(['and', 'or', 'not'] as const).map(value => ({ value, label: t(`rule.group.${value}`) }))}
        value={rule.kind}
        onChange={value =>
          (value === 'and' || value === 'or' || value === 'not') && change({ ...rule, kind: value })
        }
      />
      {rule.rules.map((one, index) => (
        <Part
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a rule have no other name, and keep their place
          key={`${index} ${one.kind} ${rule.rules.length}`}
          rule={one}
          choices={choices}
          depth={depth + 1}
          change={next => put(index, next)}
          remove={() => put(index, null)}
        />
      ))}
      <div>
        <Add
          deep={depth >= DEEPEST}
          onCondition={kind => append(conditionOf(kind, first))}
          onGroup={() => append({ kind: 'and', rules: [] })}
        />
      </div>
    </Stack>
  )
}

/** The editor; a rule that is a condition alone is shown in a group. */
export const RuleEditor = (props: {
  readonly rule: AudienceRule
  readonly choices: Choices
  readonly onChange: (rule: AudienceRule) => void
}) => {
  const { rule, choices, onChange } = props
  const group: GroupRule = isGroup(rule) ? rule : { kind: 'and', rules: [rule] }
  return <RuleGroup rule={group} choices={choices} depth={1} change={onChange} />
}
