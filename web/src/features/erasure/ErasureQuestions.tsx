/** What is asked long after an erasure: was this address erased, is this certificate genuine. */
import type { ErasureFound } from '@carillon/contract'
import { Button, FileButton, Group, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'

interface Answer extends ErasureFound {
  readonly address: string
}

const Found = ({ answer }: { answer: Answer }) => {
  const { t, formats } = useSpeech()
  const { address, erasedAt, suppressed } = answer
  const found = suppressed ? 'erasure.foundSuppressed' : 'erasure.found'
  return (
    <Text size="sm" mt="xs" role="status">
      {erasedAt === null
        ? t('erasure.notFound', { address })
        : t(found, { address, date: formats.exact(erasedAt) })}
    </Text>
  )
}

/** Was this address erased? */
export const LookUp = () => {
  const t = useT()
  const api = useApi()
  const [address, setAddress] = useState('')
  const ask = useMutation({
    mutationFn: async (value: string): Promise<Answer> => {
      const namespace = value.includes('@') ? 'email' : 'phone'
      return { address: value, ...(await api.erasures.lookup({ namespace, value })) }
    },
  })
  return (
    <section className="panel pad">
      <Title order={2}>{t('erasure.ask')}</Title>
      <form
        onSubmit={event => {
          event.preventDefault()
          ask.mutate(address.trim())
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t('erasure.address')}
            description={t('erasure.askText')}
            required
            maxLength={320}
            autoComplete="off"
            value={address}
            onChange={event => setAddress(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={ask.isPending}>
            {t('erasure.askDo')}
          </Button>
        </Group>
      </form>
      {ask.data && <Found answer={ask.data} />}
      <ProblemNote error={ask.error} />
    </section>
  )
}

// A file that is no JSON object is no certificate either.
const readCertificate = async (file: File): Promise<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(await file.text())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Is this certificate genuine? */
export const Verify = () => {
  const t = useT()
  const api = useApi()
  const check = useMutation({
    mutationFn: async (file: File) => ({
      name: file.name,
      ...(await api.erasures.verify(await readCertificate(file))),
    }),
  })
  return (
    <section className="panel pad">
      <Title order={2}>{t('erasure.verify')}</Title>
      <Text size="sm" mb="xs">
        {t('erasure.verifyText')}
      </Text>
      <FileButton accept="application/json,.json" onChange={file => file && check.mutate(file)}>
        {props => (
          <Button {...props} variant="default" loading={check.isPending}>
            {t('erasure.verifyDo')}
          </Button>
        )}
      </FileButton>
      {check.data && (
        <Text size="sm" mt="xs" role="status">
          {t(check.data.valid ? 'erasure.genuine' : 'erasure.notGenuine', { name: check.data.name })}
        </Text>
      )}
      <ProblemNote error={check.error} />
    </section>
  )
}
