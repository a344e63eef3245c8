/** Makes a webhook of a provider, with what the provider is believed by. */
import type { FeedbackProvider } from '@carillon/contract'
import { FEEDBACK_PROVIDERS } from '@carillon/contract'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useApi } from '../session/session.tsx'

/** What the provider is believed by. */
const Proof = (props: { provider: FeedbackProvider; value: string; onChange: (value: string) => void }) => {
  const t = useT()
  const { provider, value, onChange } = props
  return provider === 'ses' ? (
    <TextInput
      label={t('feedback.topicArn')}
      description={t('feedback.topicArnHint')}
      placeholder="arn:aws:sns:eu-west-1:123456789012:mail-events"
      required
      maxLength={300}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
    />
  ) : (
    <Textarea
      label={t('feedback.publicKey')}
      description={t('feedback.publicKeyHint')}
      required
      maxLength={500}
      rows={3}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

/** The dialogue. */
export const NewWebhook = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [provider, setProvider] = useState<FeedbackProvider>('ses')
  const [name, setName] = useState('')
  const [proof, setProof] = useState('')
  const create = useMutation({
    mutationFn: () =>
      api.feedback.createSource({
        ...{ provider, name },
        ...(provider === 'ses' ? { topicArn: proof.trim() } : { publicKey: proof.trim() }),
      }),
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['feedback', 'sources'] })
    },
  })
  return (
    <FormDialog
      title={t('feedback.new')}
      action={t('settings.create')}
      deed={create}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('feedback.name')}
        required
        maxLength={100}
        data-autofocus
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Select
        label={t('feedback.provider')}
        allowDeselect={false}
        data={FEEDBACK_PROVIDERS.map(value => ({ value, label: t(`feedback.provider.${value}`) }))}
        value={provider}
        onChange={value => {
          setProvider(FEEDBACK_PROVIDERS.find(one => one === value) ?? 'ses')
          setProof('')
        }}
      />
      <Proof provider={provider} value={proof} onChange={setProof} />
    </FormDialog>
  )
}
