/** Makes a rule set, or changes its name and description. */
import type { RuleSet } from '@carillon/contract'
import { Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'
import { useRuleSetDeed } from './rule-queries.ts'

interface Written {
  readonly name: string
  readonly description: string
}

/** The dialogue; without `set` it makes one and opens it. The name of the global set stays. */
export const RuleSetForm = ({ set, onClose }: { set?: RuleSet; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const [name, setName] = useState(set?.name ?? '')
  const [description, setDescription] = useState(set?.description ?? '')
  const save = useRuleSetDeed(set?.id ?? '', async (given: Written) => {
    if (set !== undefined) return api.rules.patch(set.id, { ...given, revision: set.revision })
    const { id } = await api.rules.create(given)
    return navigate({ to: '/settings/rule-sets/$id', params: { id } })
  })
  return (
    <FormDialog
      title={t(set === undefined ? 'rules.new' : 'rules.change')}
      action={t(set === undefined ? 'settings.create' : 'settings.save')}
      deed={save}
      onSubmit={() => save.mutate({ name, description }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label={t('campaigns.name')}
        required
        maxLength={200}
        data-autofocus
        disabled={set?.global === true}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Textarea
        label={t('prop.description')}
        autosize
        maxRows={6}
        maxLength={2_000}
        value={description}
        onChange={event => setDescription(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
