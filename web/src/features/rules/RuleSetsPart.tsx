/** The rule sets of the sandbox, and the way to make one. */
import type { RuleSet } from '@carillon/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { opensRow } from '../../ui/row.ts'
import { Time } from '../../ui/Time.tsx'
import { RuleSetForm } from './RuleSetForm.tsx'
import { useRuleSetList } from './rule-queries.ts'
import { RuleSetChip } from './rule-set-status.tsx'

const Row = ({ set }: { set: RuleSet }) => {
  const t = useT()
  const navigate = useNavigate()
  const place = { to: '/settings/rule-sets/$id', params: { id: set.id } } as const
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td>
        <Link {...place} className="strong">
          {set.name}
        </Link>
      </td>
      <td>
        <RuleSetChip set={set} />
      </td>
      <td className="break">
        {set.rules.length === 0 ? t('rules.noRule') : set.rules.map(rule => rule.name).join(', ')}
      </td>
      <td className="num">
        <Time at={set.modifiedAt} />
      </td>
    </tr>
  )
}

const Table = ({ sets }: { sets: readonly RuleSet[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('campaigns.name')}</th>
            <th>{t('exec.state')}</th>
            <th>{t('rules.rules')}</th>
            <th className="num">{t('campaigns.modified')}</th>
          </tr>
        </thead>
        <tbody>
          {sets.map(set => (
            <Row key={set.id} set={set} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The part of the settings. */
export const RuleSetsPart = () => {
  const t = useT()
  const list = useRuleSetList()
  const [making, setMaking] = useState(false)
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" maw={640}>
          {t('rules.text')}
        </Text>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('rules.new')}
        </Button>
      </Group>
      <PagedList list={list} empty={null}>
        {sets => <Table sets={sets} />}
      </PagedList>
      {making && <RuleSetForm onClose={() => setMaking(false)} />}
    </Stack>
  )
}
