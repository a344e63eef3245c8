/** What can be done with all that is kept of a person: taken out as a file, or erased. */
import type { Erasure, Profile } from '@carillon/contract'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useForgetPerson } from '../people/person-queries.ts'
import { useApi } from '../session/session.tsx'
import { ErasureProgress } from './ErasureProgress.tsx'
import { ACCESS_FILE, useErase } from './erasure-queries.ts'

const Question = (props: { profile: Profile; onBegun: (erasure: Erasure) => void; onClose: () => void }) => {
  const { profile } = props
  const t = useT()
  const api = useApi()
  const [typed, setTyped] = useState('')
  const erase = useErase(() => api.erasures.eraseProfile(profile.id))
  const name = profile.identities[0]?.value ?? profile.id
  return (
    <FormDialog
      title={t('erasure.title')}
      action={t('erasure.do')}
      size="lg"
      danger
      deed={erase}
      disabled={typed.trim() !== name}
      onSubmit={() => erase.mutate(undefined, { onSuccess: props.onBegun })}
      onClose={props.onClose}
    >
      <Text size="sm">{t('erasure.text')}</Text>
      <Text size="sm">{t('erasure.kept')}</Text>
      <Text size="sm">{t('erasure.notDelete')}</Text>
      <Text size="sm" fw={600}>
        {t('erasure.noWay')}
      </Text>
      <TextInput
        label={t('erasure.type', { value: name })}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

/** Asks, and then shows how far the erasure is. */
export const EraseDialog = ({ profile, onClose }: { profile: Profile; onClose: () => void }) => {
  const t = useT()
  const navigate = useNavigate()
  const [begun, setBegun] = useState<Erasure | null>(null)
  const forget = useForgetPerson()
  // The page of an erased person is gone.
  const leave = () => forget(profile.id, () => navigate({ to: '/people/erasures' }))
  const close = () => void leave()
  if (begun === null) return <Question profile={profile} onBegun={setBegun} onClose={onClose} />
  return (
    <Modal opened onClose={close} centered size="lg" title={t('erasure.title')}>
      <Stack>
        <ErasureProgress begun={begun} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** The button that saves the file. */
export const ExportDeed = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const api = useApi()
  return (
    <DownloadDeed
      label={t('erasure.export')}
      name={ACCESS_FILE}
      read={() => api.erasures.access(profile.id)}
    />
  )
}
