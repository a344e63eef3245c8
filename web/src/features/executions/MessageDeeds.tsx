/** What a person can do with one message: another try, put it away, settle an unknown one. Each asks first. */
import type { Message } from '@carillon/contract'
import { Button, Group, Textarea } from '@mantine/core'
import { IconCheck, IconRefresh, IconTrash, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useHoldDeed } from '../holds/hold-queries.ts'
import { useApi } from '../session/session.tsx'

const Settle = (props: { id: string; state: 'sent' | 'failed'; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [detail, setDetail] = useState('')
  const { id, state, onClose } = props
  const settle = useHoldDeed((body: { state: 'sent' | 'failed'; detail: string }) =>
    api.executions.settle(id, body),
  )
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t(`deed.settleTitle.${state}`)}
      text={t('deed.settleText')}
      action={t(`deed.settleDo.${state}`)}
      disabled={detail.trim() === ''}
      pending={settle.isPending}
      error={settle.error}
      onConfirm={() => settle.mutate({ state, detail: detail.trim() }, { onSuccess: onClose })}
    >
      <Textarea
        label={t('deed.note')}
        description={t('deed.noteHint')}
        required
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        value={detail}
        onChange={event => setDetail(event.currentTarget.value)}
      />
    </Confirm>
  )
}

const Again = ({ message, onClose }: { message: Message; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const again = useHoldDeed(() => api.deadLetters.redrive({ messageIds: [message.messageId] }))
  const unknown = message.state === 'unknown'
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('deed.againTitle')}
      text={t(unknown ? 'deed.againUnknown' : 'deed.againText')}
      action={t('deed.againDo')}
      danger={unknown}
      pending={again.isPending}
      error={again.error}
      onConfirm={() => again.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

const Discard = ({ message, onClose }: { message: Message; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const discard = useHoldDeed(() => api.deadLetters.discard({ messageIds: [message.messageId] }))
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('deed.discardTitle')}
      text={t('deed.discardText')}
      action={t('deed.discardDo')}
      danger
      pending={discard.isPending}
      error={discard.error}
      onConfirm={() => discard.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

type Deed = 'again' | 'discard' | 'sent' | 'failed'

const Buttons = ({ message, ask }: { message: Message; ask: (deed: Deed) => void }) => {
  const t = useT()
  const expired = message.expiresAt !== null && Date.parse(message.expiresAt) <= Date.now()
  return (
    <Group gap="xs">
      {!expired && (
        <Button leftSection={<IconRefresh size={15} />} onClick={() => ask('again')}>
          {t('deed.again')}
        </Button>
      )}
      {message.state === 'unknown' && (
        <>
          <Button variant="default" leftSection={<IconCheck size={15} />} onClick={() => ask('sent')}>
            {t('deed.settleSent')}
          </Button>
          <Button variant="default" leftSection={<IconX size={15} />} onClick={() => ask('failed')}>
            {t('deed.settleFailed')}
          </Button>
        </>
      )}
      {message.discardedAt === null && (
        <Button variant="default" leftSection={<IconTrash size={15} />} onClick={() => ask('discard')}>
          {t('deed.discard')}
        </Button>
      )}
    </Group>
  )
}

/** The buttons of a dead letter; nothing for every other message. */
export const MessageDeeds = ({ message }: { message: Message }) => {
  const [asked, setAsked] = useState<Deed | null>(null)
  if (message.state !== 'failed' && message.state !== 'unknown') return null
  const close = () => setAsked(null)
  return (
    <>
      <Buttons message={message} ask={setAsked} />
      {asked === 'again' && <Again message={message} onClose={close} />}
      {asked === 'discard' && <Discard message={message} onClose={close} />}
      {(asked === 'sent' || asked === 'failed') && (
        <Settle id={message.messageId} state={asked} onClose={close} />
      )}
    </>
  )
}
