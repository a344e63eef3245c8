/** Settings: your account, API clients, transports and configurations, topics, encryption keys, the profile schema, the test clock. */
import { Stack, Tabs, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { TopicsPart } from '../consent/TopicsPart.tsx'
import { SetPassword } from '../session/SetPassword.tsx'
import { ChannelsPart } from './ChannelsPart.tsx'
import { ClientsPart } from './ClientsPart.tsx'
import { ClockPart } from './ClockPart.tsx'
import { KeysPart } from './KeysPart.tsx'
import { readSettingsPart, SETTINGS_PARTS } from './parts.ts'
import { SchemaPart } from './SchemaPart.tsx'

const AccountPart = () => {
  const t = useT()
  const [saved, setSaved] = useState(0)
  return (
    <section className="panel pad" style={{ maxWidth: 480 }}>
      <Stack>
        <Text size="sm">{t('settings.accountText')}</Text>
        <SetPassword submit={t('settings.save')} onDone={() => setSaved(before => before + 1)} />
        <Text size="sm" role="status">
          {saved > 0 && t('settings.saved')}
        </Text>
      </Stack>
    </section>
  )
}

/** The page. */
export const SettingsPage = () => {
  const t = useT()
  const { part = 'account' } = useSearch({ from: '/app/settings' })
  const navigate = useNavigate()
  const open = (next: string | null) =>
    void navigate({ to: '/settings', search: readSettingsPart({ part: next }), replace: true })
  return (
    <>
      <PageHead title={t('nav.settings')} />
      <Tabs value={part} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          {SETTINGS_PARTS.map(one => (
            <Tabs.Tab key={one} value={one}>
              {t(`settings.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="account">
          <AccountPart />
        </Tabs.Panel>
        <Tabs.Panel value="clients">
          <ClientsPart />
        </Tabs.Panel>
        <Tabs.Panel value="channels">
          <ChannelsPart />
        </Tabs.Panel>
        <Tabs.Panel value="topics">
          <TopicsPart />
        </Tabs.Panel>
        <Tabs.Panel value="clock">
          <ClockPart />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysPart />
        </Tabs.Panel>
        <Tabs.Panel value="schema">
          <SchemaPart />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
