/** Changes one choice in the name of a person, after asking how they said it; shows the link that confirms, if one is needed. */
import { Code, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import type { Choice } from './choices.ts'
import { useConsentChange } from './consent-queries.ts'

/** What is asked: a choice, and the value it would get. */
export interface AskedChoice {
  readonly choice: Choice
  readonly value: 'y' | 'n'
}

/** The question. */
export const ChangeChoice = (props: {
  profileId: string
  asked: AskedChoice
  onClose: () => void
  onLink: (url: string | null) => void
}) => {
  const t = useT()
  const { choice, value } = props.asked
  const [reason, setReason] = useState('')
  const change = useConsentChange(props.profileId)
  const send = () =>
    change.mutate(
      { ...choice.change, value, ...(reason.trim() === '' ? {} : { shown: reason.trim() }) },
      {
        onSuccess: changed => {
          props.onLink(changed.confirmationUrl)
          props.onClose()
        },
      },
    )
  const word = t(value === 'y' ? 'topics.yes' : 'topics.noWord').toLowerCase()
  return (
    <Confirm
      opened
      onClose={props.onClose}
      title={t('consent.confirmTitle', { name: choice.name, choice: word })}
      text={t('consent.confirmText')}
      action={t('consent.confirmDo')}
      pending={change.isPending}
      error={change.error}
      onConfirm={send}
    >
      <TextInput
        label={t('consent.reason')}
        description={t('consent.reasonHint')}
        maxLength={500}
        data-autofocus
        value={reason}
        onChange={event => setReason(event.currentTarget.value)}
      />
    </Confirm>
  )
}

/** The link for the person, to be sent by whoever made the change. */
export const ConfirmationLink = ({ url }: { url: string }) => {
  const t = useT()
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">{t('consent.link')}</Text>
      <Code className="break">{url}</Code>
      <div>
        <CopyButton value={url} />
      </div>
    </Stack>
  )
}
