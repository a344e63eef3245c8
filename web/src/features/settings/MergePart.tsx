/** What the sandbox does when it learns that two people are one. */
import { ATTRIBUTE_POLICIES, IDENTITY_CONFLICTS, type MergeRule } from '@carillon/contract'
import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { MERGE_RULE_KEY, useMergeRule } from '../people/person-queries.ts'
import { useApi } from '../session/session.tsx'

const Choice = <V extends string>(props: {
  label: string
  values: readonly V[]
  value: V
  words: (value: V) => { label: string; description: string }
  onChange: (value: V) => void
}) => (
  <Radio.Group
    label={props.label}
    value={props.value}
    onChange={next => {
      const value = props.values.find(one => one === next)
      if (value !== undefined) props.onChange(value)
    }}
  >
    <Stack gap="xs" mt="xs">
      {props.values.map(one => (
        <Radio key={one} value={one} {...props.words(one)} />
      ))}
    </Stack>
  </Radio.Group>
)

const Form = ({ read }: { read: MergeRule }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [rule, setRule] = useState(read)
  const save = useMutation({
    mutationFn: () => api.person.putMergeRule(rule),
    onSuccess: stored => queries.setQueryData(MERGE_RULE_KEY, stored),
  })
  const change = (part: Partial<MergeRule>) => {
    save.reset()
    setRule(before => ({ ...before, ...part }))
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack>
        <Choice
          label={t('mergeRule.conflict')}
          values={IDENTITY_CONFLICTS}
          value={rule.onConflict}
          words={one => ({ label: t(`mergeRule.${one}`), description: t(`mergeRule.${one}Hint`) })}
          onChange={onConflict => change({ onConflict })}
        />
        <Choice
          label={t('mergeRule.attributes')}
          values={ATTRIBUTE_POLICIES}
          value={rule.attributes}
          words={one => ({ label: t(`mergeRule.${one}`), description: t(`mergeRule.${one}Hint`) })}
          onChange={attributes => change({ attributes })}
        />
        <ProblemNote error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('settings.save')}
          </Button>
          <Text size="sm" role="status">
            {save.isSuccess && t('mergeRule.saved')}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

/** The part. */
export const MergePart = () => {
  const t = useT()
  const query = useMergeRule()
  return (
    <section className="panel pad" style={{ maxWidth: 640 }}>
      <Stack>
        <Text size="sm">{t('mergeRule.text')}</Text>
        <Loaded query={query} part>
          {read => <Form read={read} />}
        </Loaded>
      </Stack>
    </section>
  )
}
