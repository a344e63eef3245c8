/** Asks before something is held or cancelled, and takes the reason for those who look later. */
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useHoldDeed } from './hold-queries.ts'

/** The question; `deed` gets the reason, empty when none was given. */
export const HoldConfirm = (props: {
  opened: boolean
  title: string
  text: string
  action: string
  danger?: boolean
  deed: (body: { detail: string }) => Promise<unknown>
  onClose: () => void
}) => {
  const t = useT()
  const [detail, setDetail] = useState('')
  const run = useHoldDeed(props.deed)
  const close = () => {
    setDetail('')
    run.reset()
    props.onClose()
  }
  return (
    <Confirm
      opened={props.opened}
      onClose={close}
      title={props.title}
      text={props.text}
      action={props.action}
      danger={props.danger ?? false}
      pending={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate({ detail: detail.trim() }, { onSuccess: close })}
    >
      <TextInput
        label={t('hold.why')}
        description={t('hold.whyHint')}
        maxLength={500}
        value={detail}
        onChange={event => setDetail(event.currentTarget.value)}
      />
    </Confirm>
  )
}
