/** The frame around every room: navigation, header, and the log-in that appears over the page when the session ends. */
import { Alert, AppShell, Burger, Center, Loader, Modal, Text } from '@mantine/core'
import { useDisclosure, useNetwork } from '@mantine/hooks'
import {
  IconInbox,
  IconMailForward,
  IconPlayerPlay,
  IconPuzzle,
  IconSend,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Bell } from '../../ui/Bell.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { StopBanner } from '../holds/StopBanner.tsx'
import { PasswordForm } from '../session/PasswordForm.tsx'
import { useSandbox, useSession } from '../session/session.tsx'
import { HeaderTools } from './HeaderTools.tsx'
import { useServerLost } from './server-lost.ts'

/** How a room shows that a page of it is open which has another address. */
const LIT = { 'data-status': 'active', 'aria-current': 'page' } as const

const Rooms = ({ onOpen }: { onOpen: () => void }) => {
  const t = useT()
  const path = useLocation({ select: location => location.pathname })
  const rooms = [
    { to: '/campaigns', icon: IconSend, label: t('nav.campaigns') },
    { to: '/executions', icon: IconPlayerPlay, label: t('nav.executions') },
    { to: '/messages', also: '/interactions', icon: IconMailForward, label: t('nav.messages') },
    { to: '/people', icon: IconUsers, label: t('nav.people') },
    { to: '/content', icon: IconPuzzle, label: t('nav.content') },
    { to: '/inbox', icon: IconInbox, label: t('nav.inbox') },
    { to: '/settings', icon: IconSettings, label: t('nav.settings') },
  ] as const
  return (
    <nav aria-label={t('app.menu')}>
      {rooms.map(room => (
        <Link
          key={room.to}
          to={room.to}
          className="nav-item"
          onClick={onOpen}
          activeOptions={{ includeSearch: false }}
          {...('also' in room && path.startsWith(room.also) ? LIT : {})}
        >
          <room.icon size={17} stroke={1.7} aria-hidden="true" />
          {room.label}
        </Link>
      ))}
    </nav>
  )
}

const OfflineNote = () => {
  const t = useT()
  const lost = useServerLost(useQueryClient())
  const { online } = useNetwork()
  if (online && !lost) return null
  return (
    <Alert color="yellow" variant="light" mb="md" role="status">
      {t('app.offline')}
    </Alert>
  )
}

const LogInAgain = ({ opened }: { opened: boolean }) => {
  const t = useT()
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      title={t('login.title')}
      centered
    >
      <Text size="sm" mb="md">
        {t('login.again')}
      </Text>
      <PasswordForm />
    </Modal>
  )
}

const Frame = ({ production }: { production: boolean }) => {
  const t = useT()
  const [opened, menu] = useDisclosure(false)
  return (
    <AppShell
      header={{ height: 54 }}
      navbar={{ width: 192, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <AppShell.Header>
        <a className="skip link" href="#room">
          {t('app.skip')}
        </a>
        <div className="shell-header" data-production={production}>
          <Burger
            opened={opened}
            onClick={menu.toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t('app.menu')}
          />
          <Link to="/campaigns" className="brand" aria-label="Carillon">
            <Bell />
            <span>Carillon</span>
          </Link>
          <HeaderTools />
        </div>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Rooms onOpen={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="room">
        <StopBanner />
        <div className="page">
          <OfflineNote />
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  )
}

// The address is read once: while the log-in loads, the address is already that of the log-in itself.
const ToLogin = () => {
  const router = useRouter()
  useEffect(() => {
    const { href, pathname } = router.latestLocation
    if (pathname !== '/login') void router.navigate({ to: '/login', search: { back: href }, replace: true })
  }, [router])
  return null
}

/** The frame. Without a session it leads to the log-in; when a session ends it asks over the page, so nothing typed is lost. */
export const Shell = () => {
  const session = useSession()
  const [sandbox] = useSandbox()
  const hadSession = useRef(false)
  useEffect(() => {
    if (session.data) hadSession.current = true
  }, [session.data])
  if (session.data === undefined) {
    return (
      <Center h="100vh" p="md">
        {session.error ? (
          <ProblemNote error={session.error} onRetry={() => void session.refetch()} />
        ) : (
          <Loader />
        )}
      </Center>
    )
  }
  if (session.data === null && !hadSession.current) return <ToLogin />
  const production = session.data?.sandboxes.some(one => one.production && one.name === sandbox) ?? false
  return (
    <>
      <Frame key={sandbox} production={production} />
      <LogInAgain opened={session.data === null} />
    </>
  )
}
