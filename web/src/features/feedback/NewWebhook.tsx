/** Makes a webhook of a provider, with what the provider is believed by. */
import type { FeedbackProvider } from '@carillon/contract'
import { FEEDBACK_PROVIDERS } from '@carillon/contract'
import { Button, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'

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
    <Modal opened onClose={onClose} centered title={t('feedback.new')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Stack>
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
          {provider === 'ses' ? (
            <TextInput
              label={t('feedback.topicArn')}
              description={t('feedback.topicArnHint')}
              placeholder="arn:aws:sns:eu-west-1:123456789012:mail-events"
              required
              maxLength={300}
              value={proof}
              onChange={event => setProof(event.currentTarget.value)}
            />
          ) : (
            <Textarea
              label={t('feedback.publicKey')}
              description={t('feedback.publicKeyHint')}
              required
              maxLength={500}
              rows={3}
              value={proof}
              onChange={event => setProof(event.currentTarget.value)}
            />
          )}
          <ProblemNote error={create.error} />
          <Button type="submit" loading={create.isPending}>
            {t('settings.create')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
