/** One rule set: its rules, and what can be done with it. */
import type { Rule, RuleSet } from '@carillon/contract'
import { MAX_RULES } from '@carillon/contract'
import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { RuleForm } from './RuleForm.tsx'
import { RuleSetDeeds } from './RuleSetDeeds.tsx'
import { RuleSetForm } from './RuleSetForm.tsx'
import { useRuleSet, useRuleSetPatch } from './rule-queries.ts'
import { RuleSetChip } from './rule-set-status.tsx'
import { channelWords, ruleWords } from './rule-words.ts'
import { WeekView } from './WeekView.tsx'

const RemoveRule = ({ set, rule, onClose }: { set: RuleSet; rule: Rule; onClose: () => void }) => {
  const t = useT()
  const patch = useRuleSetPatch(set)
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('campaigns.deleteTitle', { name: rule.name })}
      text={t('rules.removeRuleText')}
      action={t('rules.removeRuleDo')}
      danger
      pending={patch.isPending}
      error={patch.error}
      onConfirm={() =>
        patch.mutate({ rules: set.rules.filter(one => one.id !== rule.id) }, { onSuccess: onClose })
      }
    />
  )
}

const RuleCard = (props: { rule: Rule; onChange: () => void; onRemove: () => void }) => {
  const t = useT()
  const { rule } = props
  return (
    <section className="panel pad">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2}>
          <Text fw={560} className="break">
            {rule.name}
          </Text>
          <Text size="sm">
            {t(`rules.kind.${rule.kind}`)} · {channelWords(t, rule.channels)}
          </Text>
          <Text size="sm">{ruleWords(t, rule)}</Text>
        </Stack>
        <Group gap={6} wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={props.onChange}>
            {t('settings.change')}
          </Button>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('campaigns.deleteTitle', { name: rule.name })}
            onClick={props.onRemove}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      </Group>
      {rule.kind === 'quiet_hours' && <WeekView periods={rule.periods} />}
    </section>
  )
}

type Dialogue = { kind: 'set' } | { kind: 'rule'; rule?: Rule } | { kind: 'remove'; rule: Rule }

const Dialogues = (props: { set: RuleSet; open: Dialogue | null; onClose: () => void }) => {
  const { set, open, onClose } = props
  if (open === null) return null
  if (open.kind === 'set') return <RuleSetForm set={set} onClose={onClose} />
  if (open.kind === 'remove') return <RemoveRule set={set} rule={open.rule} onClose={onClose} />
  return <RuleForm set={set} {...(open.rule === undefined ? {} : { rule: open.rule })} onClose={onClose} />
}

const Open = ({ set }: { set: RuleSet }) => {
  const t = useT()
  const [open, setOpen] = useState<Dialogue | null>(null)
  return (
    <>
      <Text size="sm" mb={4}>
        <Link to="/settings" search={{ part: 'rules' }} className="link">
          {t('settings.rules')}
        </Link>
      </Text>
      <PageHead title={set.name} beside={<RuleSetChip set={set} />}>
        <Button
          variant="default"
          disabled={set.rules.length >= MAX_RULES}
          leftSection={<IconPlus size={16} />}
          onClick={() => setOpen({ kind: 'rule' })}
        >
          {t('rules.addRule')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPencil size={15} />}
          onClick={() => setOpen({ kind: 'set' })}
        >
          {t('rules.change')}
        </Button>
        <RuleSetDeeds set={set} />
      </PageHead>
      <Text size="sm" mb="md" maw={720}>
        {set.description} {t(set.global ? 'rules.globalText' : 'rules.customText')}
      </Text>
      <Stack gap="sm">
        {set.rules.map(rule => (
          <RuleCard
            key={rule.id}
            rule={rule}
            onChange={() => setOpen({ kind: 'rule', rule })}
            onRemove={() => setOpen({ kind: 'remove', rule })}
          />
        ))}
      </Stack>
      {set.rules.length === 0 && <EmptyNote title={t('rules.noRule')} text={t('rules.noRuleDo')} />}
      <Dialogues set={set} open={open} onClose={() => setOpen(null)} />
    </>
  )
}

/** The page. */
export const RuleSetPage = () => {
  const { id } = useParams({ from: '/app/settings/rule-sets/$id' })
  const query = useRuleSet(id)
  return <Loaded query={query}>{set => <Open key={id} set={set} />}</Loaded>
}
