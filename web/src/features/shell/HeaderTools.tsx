/** The right side of the header: sandbox, language, appearance, account. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconChevronDown,
  IconDeviceDesktop,
  IconHandStop,
  IconLanguage,
  IconMoon,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { BigStop } from '../holds/BigStop.tsx'
import { useHolds } from '../holds/hold-queries.ts'
import { SESSION_KEY, useApi, useSandbox, useSession } from '../session/session.tsx'

const LANGUAGE_NAMES = { en: 'English', nl: 'Nederlands' } as const
const mark = (on: boolean) => (on ? <IconCheck size={14} /> : <span style={{ width: 14 }} />)

const SandboxMenu = () => {
  const t = useT()
  const [chosen, setChosen] = useSandbox()
  const session = useSession().data
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [stopping, setStopping] = useState(false)
  const stopped = useHolds().data?.some(hold => hold.kind === 'stop') ?? false
  const sandboxes = session?.sandboxes ?? []
  const current = sandboxes.find(one => one.name === chosen)
  const choose = async (name: string) => {
    if (name === chosen) return
    // Leaving first: a page with unsaved work may refuse, and ids of one sandbox mean nothing in another.
    await navigate({ to: '/campaigns', search: {} })
    if (window.location.pathname !== '/campaigns') return
    setChosen(name)
    queries.removeQueries({ predicate: query => query.queryKey[0] !== SESSION_KEY[0] })
    await queries.invalidateQueries()
    await navigate({ to: '/campaigns', search: {}, replace: true })
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className="sandbox" data-production={current?.production ?? false}>
            <span className="hide-narrow">{t('app.sandbox')}:</span> {chosen}
            <IconChevronDown size={14} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {sandboxes.map(one => (
            <Menu.Item
              key={one.id}
              leftSection={mark(one.name === chosen)}
              onClick={() => void choose(one.name)}
            >
              {one.name}
              {one.production && ` (${t('app.production')})`}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            color="red"
            disabled={stopped}
            leftSection={<IconHandStop size={14} />}
            onClick={() => setStopping(true)}
          >
            {t('stop.open')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <BigStop opened={stopping} onClose={() => setStopping(false)} />
    </>
  )
}

const LanguageMenu = () => {
  const { t, language, choose } = useSpeech()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('app.language')}
          title={t('app.language')}
        >
          <IconLanguage size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['en', 'nl'] as const).map(one => (
          <Menu.Item key={one} lang={one} leftSection={mark(one === language)} onClick={() => choose(one)}>
            {LANGUAGE_NAMES[one]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const SchemeMenu = () => {
  const t = useT()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const schemes = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const
  const Icon = schemes[colorScheme]
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('app.scheme')}
          title={t('app.scheme')}
        >
          <Icon size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map(one => (
          <Menu.Item key={one} leftSection={mark(one === colorScheme)} onClick={() => setColorScheme(one)}>
            {t(`app.scheme.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const AccountMenu = () => {
  const t = useT()
  const api = useApi()
  const session = useSession().data
  const navigate = useNavigate()
  const logOut = useMutation({
    mutationFn: api.session.end,
    onSuccess: () => window.location.assign('/login'),
  })
  const name = session?.user.name ?? ''
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('app.account', { name })}
          title={name}
        >
          <IconUser size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item onClick={() => void navigate({ to: '/settings' })}>{t('settings.account')}</Menu.Item>
        <Menu.Item onClick={() => logOut.mutate()}>{t('app.logOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The tools, pushed to the right. */
export const HeaderTools = () => (
  <div style={{ marginLeft: 'auto', display: 'flex', alignItems: 'center', gap: 4 }}>
    <SandboxMenu />
    <LanguageMenu />
    <SchemeMenu />
    <AccountMenu />
  </div>
)
