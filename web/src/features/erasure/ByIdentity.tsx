/** Access or erasure of whoever has an identity, with a profile or without. */
import type { Erasure } from '@carillon/contract'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { ErasureProgress } from './ErasureProgress.tsx'
import { ACCESS_FILE, useErase } from './erasure-queries.ts'

const Fields = ({ onBegun }: { onBegun: (erasure: Erasure) => void }) => {
  const t = useT()
  const api = useApi()
  const [namespace, setNamespace] = useState('email')
  const [value, setValue] = useState('')
  const [again, setAgain] = useState('')
  const identity = { namespace: namespace.trim(), value: value.trim() }
  const erase = useErase(() => api.erasures.erase(identity))
  const isNamed = identity.namespace !== '' && identity.value !== ''
  return (
    <Stack gap="sm">
      <Text size="sm">{t('erasure.byIdentityText')}</Text>
      <TextInput
        label={t('erasure.namespace')}
        maxLength={100}
        value={namespace}
        onChange={event => setNamespace(event.currentTarget.value)}
      />
      <TextInput
        label={t('erasure.value')}
        maxLength={512}
        data-autofocus
        autoComplete="off"
        value={value}
        onChange={event => setValue(event.currentTarget.value)}
      />
      <Group>
        <DownloadDeed
          label={t('erasure.export')}
          name={ACCESS_FILE}
          disabled={!isNamed}
          read={() => api.erasures.accessOf(identity)}
        />
      </Group>
      <Text size="sm">{t('erasure.text')}</Text>
      <Text size="sm">{t('erasure.kept')}</Text>
      <TextInput
        label={t('erasure.again')}
        autoComplete="off"
        value={again}
        onChange={event => setAgain(event.currentTarget.value)}
      />
      <ProblemNote error={erase.error} />
      <Group justify="flex-end">
        <Button
          color="red.8"
          disabled={!isNamed || again.trim() !== identity.value}
          loading={erase.isPending}
          onClick={() => erase.mutate(undefined, { onSuccess: onBegun })}
        >
          {t('erasure.do')}
        </Button>
      </Group>
    </Stack>
  )
}

/** The dialogue. */
export const ByIdentity = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const [begun, setBegun] = useState<Erasure | null>(null)
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      centered
      size="lg"
      title={t('erasure.byIdentityTitle')}
    >
      {begun === null ? <Fields onBegun={setBegun} /> : <ErasureProgress begun={begun} />}
    </Modal>
  )
}
