/** Settings: one tab for each part; they stand one below the other where there is room beside. */
import { Stack, Tabs, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { TopicsPart } from '../consent/TopicsPart.tsx'
import { FeedbackPart } from '../feedback/FeedbackPart.tsx'
import { NamespacesPart } from '../namespaces/NamespacesPart.tsx'
import { RuleSetsPart } from '../rules/RuleSetsPart.tsx'
import { SetPassword } from '../session/SetPassword.tsx'
import { AllowedPart } from '../suppression/AllowedPart.tsx'
import { SuppressionPart } from '../suppression/SuppressionPart.tsx'
import { ChannelsPart } from './ChannelsPart.tsx'
import { ClientsPart } from './ClientsPart.tsx'
import { ClockPart } from './ClockPart.tsx'
import { KeysPart } from './KeysPart.tsx'
import { MergePart } from './MergePart.tsx'
import { readSettingsPart, SETTINGS_PARTS, type SettingsPart } from './parts.ts'
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

const CONTENT: Readonly<Record<SettingsPart, ReactNode>> = {
  account: <AccountPart />,
  clients: <ClientsPart />,
  channels: <ChannelsPart />,
  topics: <TopicsPart />,
  suppression: <SuppressionPart />,
  allowed: <AllowedPart />,
  feedback: <FeedbackPart />,
  rules: <RuleSetsPart />,
  keys: <KeysPart />,
  schema: <SchemaPart />,
  namespaces: <NamespacesPart />,
  merge: <MergePart />,
  clock: <ClockPart />,
}

/** The page. */
export const SettingsPage = () => {
  const t = useT()
  const { part = 'account' } = readSettingsPart(useSearch({ from: '/app/settings' }))
  const navigate = useNavigate()
  const open = (next: string | null) =>
    void navigate({ to: '/settings', search: readSettingsPart({ part: next }), replace: true })
  const wide = useMediaQuery('(min-width: 70em)', true, { getInitialValueInEffect: false })
  return (
    <>
      <PageHead title={t('nav.settings')} />
      <Tabs
        value={part}
        onChange={open}
        keepMounted={false}
        orientation={wide ? 'vertical' : 'horizontal'}
        styles={{ tabLabel: { textAlign: 'start' } }}
      >
        <Tabs.List mb={wide ? 0 : 'md'} style={{ alignSelf: 'flex-start' }}>
          {SETTINGS_PARTS.map(one => (
            <Tabs.Tab key={one} value={one}>
              {t(`settings.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {SETTINGS_PARTS.map(one => (
          <Tabs.Panel key={one} value={one} pl={wide ? 'lg' : 0} miw={0}>
            {CONTENT[one]}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}
