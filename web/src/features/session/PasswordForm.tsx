/** Log-in by name and password: on its own page, and over a page whose session ended. */
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi, useTakeSession } from './session.tsx'

/** The form; it takes the session by itself, `onDone` is for what follows. */
export const PasswordForm = ({ onDone }: { onDone?: () => void }) => {
  const t = useT()
  const api = useApi()
  const take = useTakeSession()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const logIn = useMutation({
    mutationFn: () => api.session.byPassword({ name, password }),
    onSuccess: session => {
      take(session)
      onDone?.()
    },
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        logIn.mutate()
      }}
    >
      <Stack>
        <TextInput
          label={t('login.name')}
          autoComplete="username"
          required
          data-autofocus
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('login.password')}
          autoComplete="current-password"
          required
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
        />
        <ProblemNote error={logIn.error} />
        <Button type="submit" loading={logIn.isPending}>
          {t('login.submit')}
        </Button>
      </Stack>
    </form>
  )
}
