/** One DKIM key: its record to publish, whether it is found, and what can be done with the key. */
import type { DkimKey } from '@carillon/contract'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { problemFrom } from '../../ui/problem.ts'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { useApi } from '../session/session.tsx'
import { DnsRecordView } from './DnsRecordView.tsx'
import { LiveCheckNote } from './LiveChecks.tsx'

const useKeyDeed = <T,>(deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dkim-keys'] }),
  })
}

const Activate = ({ dkimKey }: { dkimKey: DkimKey }) => {
  const t = useT()
  const api = useApi()
  const activate = useKeyDeed((force: boolean) => api.sending.activateKey(dkimKey.id, force))
  const isUnpublished = activate.error !== null && problemFrom(activate.error).code === 'dkim_unpublished'
  return (
    <Stack gap="xs">
      <ProblemNote error={activate.error} />
      {isUnpublished && <Text size="sm">{t('dkim.activateForceText')}</Text>}
      <Group justify="flex-end">
        {isUnpublished && (
          <Button variant="default" loading={activate.isPending} onClick={() => activate.mutate(true)}>
            {t('dkim.activateForce')}
          </Button>
        )}
        <Button loading={activate.isPending} onClick={() => activate.mutate(false)}>
          {t('dkim.activate')}
        </Button>
      </Group>
    </Stack>
  )
}

const Retire = ({ dkimKey }: { dkimKey: DkimKey }) => {
  const t = useT()
  const api = useApi()
  const [isAsked, setAsked] = useState(false)
  const retire = useKeyDeed(() => api.sending.retireKey(dkimKey.id))
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('dkim.retire')}
      </Button>
      <Confirm
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t('dkim.retireTitle', { name: dkimKey.selector })}
        text={t('dkim.retireText')}
        action={t('dkim.retire')}
        danger
        pending={retire.isPending}
        error={retire.error}
        onConfirm={() => retire.mutate(undefined, { onSuccess: () => setAsked(false) })}
      />
    </>
  )
}

const Remove = ({ dkimKey, onGone }: { dkimKey: DkimKey; onGone: () => void }) => {
  const t = useT()
  const api = useApi()
  const remove = useKeyDeed(() => api.sending.removeKey(dkimKey.id))
  return (
    <RemoveDeed
      label={t('channels.deleteDo')}
      title={t('campaigns.deleteTitle', { name: dkimKey.selector })}
      text={t('dkim.deleteText')}
      action={t('channels.deleteDo')}
      remove={() => remove.mutateAsync(undefined).then(onGone)}
    />
  )
}

/** The dialogue. */
export const DkimKeyDialogue = ({ dkimKey, onClose }: { dkimKey: DkimKey; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const check = useMutation({ mutationFn: () => api.sending.checkKey(dkimKey.id) })
  return (
    <Modal opened onClose={onClose} centered size="lg" title={`${dkimKey.selector} · ${dkimKey.domain}`}>
      <Stack>
        <Text size="sm" fw={560}>
          {t('channels.recordToPublish')}
        </Text>
        <DnsRecordView record={dkimKey.record} />
        {check.data !== undefined && <LiveCheckNote check={check.data} />}
        <ProblemNote error={check.error} />
        <Group justify="flex-end">
          {dkimKey.status !== 'active' && <Remove dkimKey={dkimKey} onGone={onClose} />}
          {dkimKey.status === 'active' && <Retire dkimKey={dkimKey} />}
          <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            {t('channels.checkNow')}
          </Button>
        </Group>
        {dkimKey.status !== 'active' && <Activate dkimKey={dkimKey} />}
      </Stack>
    </Modal>
  )
}
