/** Makes a rule of a set, or changes one. */

import type { Rule, RuleChannel, RuleSet, RuleSetPatch } from '@carillon/contract'
import { RULE_CHANNELS } from '@carillon/contract'
import { MultiSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { zoneHere } from '../../ui/local-time.ts'
import { CappingFields } from './CappingFields.tsx'
import { QuietFields } from './QuietFields.tsx'
import { newRule, type RuleDraft, withRule } from './rule-draft.ts'
import { useRuleSetPatch } from './rule-queries.ts'

const KINDS = ['capping', 'quiet_hours'] as const

const Shared = (props: { draft: RuleDraft; onChange: (draft: RuleDraft) => void }) => {
  const t = useT()
  const { draft, onChange } = props
  const isChannel = (value: string): value is RuleChannel => RULE_CHANNELS.some(one => one === value)
  return (
    <>
      <TextInput
        label={t('campaigns.name')}
        required
        maxLength={200}
        data-autofocus
        value={draft.name}
        onChange={event => onChange({ ...draft, name: event.currentTarget.value })}
      />
      <MultiSelect
        label={t('rules.channels')}
        description={t(draft.kind === 'capping' ? 'rules.channelsCapHint' : 'rules.channelsQuietHint')}
        required
        data={RULE_CHANNELS.map(value => ({ value, label: t(`rules.channel.${value}`) }))}
        value={draft.channels}
        onChange={channels => onChange({ ...draft, channels: channels.filter(isChannel) })}
      />
    </>
  )
}

/** The dialogue. The global set takes caps only, and a rule never changes its kind. */
export const RuleForm = (props: { set: RuleSet; rule?: Rule; onClose: () => void }) => {
  const t = useT()
  const { set, rule, onClose } = props
  const [draft, setDraft] = useState<RuleDraft>(rule ?? newRule('capping', zoneHere()))
  const save = useRuleSetPatch(set)
  const rules = withRule(set, draft) as NonNullable<RuleSetPatch['rules']>
  return (
    <FormDialog
      title={rule?.name ?? t('rules.addRule')}
      action={t('settings.save')}
      deed={save}
      size="lg"
      disabled={draft.channels.length === 0}
      onSubmit={() => save.mutate({ rules }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {rule === undefined && !set.global && (
        <SegmentedControl
          aria-label={t('rules.kind')}
          data={KINDS.map(value => ({ value, label: t(`rules.kind.${value}`) }))}
          value={draft.kind}
          onChange={value => {
            const kind = KINDS.find(one => one === value) ?? 'capping'
            setDraft(before => ({ ...newRule(kind, zoneHere()), name: before.name }))
          }}
        />
      )}
      <Shared draft={draft} onChange={setDraft} />
      {draft.kind === 'capping' ? (
        <CappingFields draft={draft} onChange={setDraft} />
      ) : (
        <QuietFields draft={draft} onChange={setDraft} />
      )}
    </FormDialog>
  )
}
