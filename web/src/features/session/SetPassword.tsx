/** Sets the name and the password: offered after a log-in by link, and on the settings page. */
import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { SESSION_KEY, useApi, useSession } from './session.tsx'

/** The form. `onSkip` adds the way around; `submit` names the button. */
export const SetPassword = (props: { submit: string; onDone: () => void; onSkip?: () => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const session = useSession().data
  const [name, setName] = useState(session?.user.name ?? '')
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const save = useMutation({
    mutationFn: () => api.session.setPassword({ name, password, ...(current === '' ? {} : { current }) }),
    onSuccess: async () => {
      setCurrent('')
      setPassword('')
      await queries.invalidateQueries({ queryKey: SESSION_KEY })
      props.onDone()
    },
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack>
        <TextInput
          label={t('login.name')}
          autoComplete="username"
          required
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        {session?.passwordSet === true && (
          <PasswordInput
            label={t('settings.current')}
            autoComplete="current-password"
            required
            value={current}
            onChange={event => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={t('settings.newPassword')}
          description={t('settings.passwordHint')}
          autoComplete="new-password"
          required
          minLength={10}
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
        />
        <ProblemNote error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {props.submit}
          </Button>
          {props.onSkip !== undefined && (
            <Button variant="subtle" onClick={props.onSkip}>
              {t('login.skip')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
