/** Activates, deactivates and deletes a rule set, each after saying what it means. */
import type { RuleSet } from '@carillon/contract'
import { Button } from '@mantine/core'
import { IconBolt, IconPlayerPause, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useApi } from '../session/session.tsx'
import { useRuleSetDeed } from './rule-queries.ts'

type Deed = 'activate' | 'deactivate' | 'delete'
const ICONS = { activate: IconBolt, deactivate: IconPlayerPause, delete: IconTrash } as const

const deedsOf = (set: RuleSet): readonly Deed[] => {
  if (set.global) return []
  return set.status === 'active' ? ['deactivate'] : ['activate', 'delete']
}

const DeedConfirm = ({ set, deed, onClose }: { set: RuleSet; deed: Deed; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const run = useRuleSetDeed(set.id, async () => {
    if (deed !== 'delete') return api.rules[deed](set.id)
    await api.rules.remove(set.id)
    return navigate({ to: '/settings', search: { part: 'rules' } })
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t(`rules.${deed}Title`, { name: set.name })}
      text={t(`rules.${deed}Text`)}
      action={t(`rules.${deed}Do`)}
      danger={deed !== 'activate'}
      pending={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

/** The buttons; the global set has none. */
export const RuleSetDeeds = ({ set }: { set: RuleSet }) => {
  const t = useT()
  const [asked, setAsked] = useState<Deed | null>(null)
  return (
    <>
      {deedsOf(set).map(deed => {
        const Icon = ICONS[deed]
        return (
          <Button
            key={deed}
            variant={deed === 'activate' ? 'filled' : 'default'}
            disabled={deed === 'activate' && set.rules.length === 0}
            leftSection={<Icon size={15} />}
            onClick={() => setAsked(deed)}
          >
            {t(`rules.${deed}`)}
          </Button>
        )
      })}
      {asked !== null && <DeedConfirm set={set} deed={asked} onClose={() => setAsked(null)} />}
    </>
  )
}
