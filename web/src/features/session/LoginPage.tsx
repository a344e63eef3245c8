/** The log-in page: a one-time link is exchanged at once, then a password is offered; without a link it asks for name and password. */
import { Center, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Bell } from '../../ui/Bell.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { readText } from '../../ui/url-text.ts'
import { backPath } from './back-path.ts'
import { PasswordForm } from './PasswordForm.tsx'
import { SetPassword } from './SetPassword.tsx'
import { useApi, useTakeSession } from './session.tsx'

const useLink = (token: string | undefined, onSession: (passwordSet: boolean) => void) => {
  const api = useApi()
  const take = useTakeSession()
  const used = useRef(false)
  const link = useMutation({
    mutationFn: api.session.byLink,
    onSuccess: session => {
      take(session)
      onSession(session.passwordSet)
    },
  })
  const { mutate } = link
  useEffect(() => {
    // The link works once: a second effect run must not spend it again.
    if (token === undefined || used.current) return
    used.current = true
    mutate(token)
  }, [token, mutate])
  return link
}

/** The page. */
export const LoginPage = () => {
  const t = useT()
  const search = useSearch({ from: '/login' })
  const navigate = useNavigate()
  const [offer, setOffer] = useState(false)
  const goOn = () => void navigate({ href: backPath(search.back), replace: true })
  const link = useLink(search.token, passwordSet => {
    if (passwordSet) return goOn()
    setOffer(true)
    void navigate({ to: '/login', search: readText(search, 'back'), replace: true })
  })
  return (
    <Center mih="100vh" p="md">
      <Paper withBorder p="xl" w={400} maw="100%">
        <Stack>
          <div className="brand">
            <Bell size={26} /> Carillon
          </div>
          <Title order={1}>{t(offer ? 'login.setTitle' : 'login.title')}</Title>
          <ProblemNote error={link.error} />
          {offer && (
            <>
              <Text size="sm">{t('login.setText')}</Text>
              <SetPassword submit={t('login.setSubmit')} onDone={goOn} onSkip={goOn} />
            </>
          )}
          {link.isPending && (
            <Center>
              <Loader size="sm" mr="sm" />
              <Text size="sm">{t('login.link')}</Text>
            </Center>
          )}
          {!offer && !link.isPending && <PasswordForm onDone={goOn} />}
          {!offer && (
            <Text size="xs" c="dimmed">
              {t('login.hint')}
            </Text>
          )}
        </Stack>
      </Paper>
    </Center>
  )
}
