/** Sets the name and the password: offered after a log-in by link, and on the settings page. */
import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { SESSION_KEY, useApi, useSession } from './session.tsx'

interface Written {
  readonly name: string
  readonly current: string
  readonly password: string
}

const Fields = (props: {
  written: Written
  asksCurrent: boolean
  onChange: (patch: Partial<Written>) => void
}) => {
  const t = useT()
  const { written, asksCurrent, onChange } = props
  return (
    <>
      <TextInput
        label={t('login.name')}
        autoComplete="username"
        required
        value={written.name}
        onChange={event => onChange({ name: event.currentTarget.value })}
      />
      {asksCurrent && (
        <PasswordInput
          label={t('settings.current')}
          autoComplete="current-password"
          required
          value={written.current}
          onChange={event => onChange({ current: event.currentTarget.value })}
        />
      )}
      <PasswordInput
        label={t('settings.newPassword')}
        description={t('settings.passwordHint')}
        autoComplete="new-password"
        required
        minLength={10}
        value={written.password}
        onChange={event => onChange({ password: event.currentTarget.value })}
      />
    </>
  )
}

/** The form. `onSkip` adds the way around; `submit` names the button. */
export const SetPassword = (props: { submit: string; onDone: () => void; onSkip?: () => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const session = useSession().data
  const [written, setWritten] = useState<Written>({
    name: session?.user.name ?? '',
    current: '',
    password: '',
  })
  const change = (patch: Partial<Written>) => setWritten(before => ({ ...before, ...patch }))
  const save = useMutation({
    mutationFn: ({ name, password, current }: Written) =>
      api.session.setPassword({ name, password, ...(current === '' ? {} : { current }) }),
    onSuccess: async () => {
      change({ current: '', password: '' })
      await queries.invalidateQueries({ queryKey: SESSION_KEY })
      props.onDone()
    },
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate(written)
      }}
    >
      <Stack>
        <Fields written={written} asksCurrent={session?.passwordSet === true} onChange={change} />
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
