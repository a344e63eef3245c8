/** Channel configurations: who the mails are from, which way they go, and where each stands in its life. */
import type { ChannelConfiguration } from '@carillon/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { useApi } from '../session/session.tsx'
import { ConfigurationDialogue, ConfigurationStatusChip } from './ConfigurationDialogue.tsx'
import { type ConfigurationChoices, ConfigurationForm } from './ConfigurationForm.tsx'
import { senderOf } from './configuration-sender.ts'
import { PartHead } from './PartHead.tsx'
import { RemoveButton } from './RemoveButton.tsx'

const Row = (props: {
  configuration: ChannelConfiguration
  nameOf: (id: string) => string
  onOpen: () => void
  onChange: () => void
}) => {
  const t = useT()
  const api = useApi()
  const { configuration: one, nameOf } = props
  return (
    <tr>
      <td>
        <span style={{ fontWeight: 560 }}>{one.name}</span>
        {one.labels.length > 0 && (
          <Text size="xs" c="dimmed">
            {one.labels.join(' · ')}
          </Text>
        )}
      </td>
      <td>{t(`channel.${one.channel}`)}</td>
      <td className="break" style={{ minWidth: 150 }}>
        {senderOf(one)}
      </td>
      <td>{[one.transportId, ...one.fallbackTransportIds].map(nameOf).join(' → ')}</td>
      <td>
        <ConfigurationStatusChip status={one.status} />
      </td>
      <td className="num">
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={props.onOpen}>
            {t('channels.open')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={props.onChange}>
            {t('settings.change')}
          </Button>
          <RemoveButton
            name={one.name}
            text={t('channels.deleteConfigurationText')}
            remove={() => api.channels.removeConfiguration(one.id)}
          />
        </Group>
      </td>
    </tr>
  )
}

type Opened = { readonly id: string; readonly as: 'dialogue' | 'form' } | 'new' | null

/** The list. */
export const ConfigurationList = (
  props: ConfigurationChoices & { configurations: readonly ChannelConfiguration[] },
) => {
  const t = useT()
  const { configurations, ...choices } = props
  const [opened, setOpened] = useState<Opened>(null)
  const nameOf = (id: string) => choices.transports.find(one => one.id === id)?.name ?? id
  const chosen =
    opened === null || opened === 'new' ? undefined : configurations.find(one => one.id === opened.id)
  const close = () => setOpened(null)
  return (
    <Stack gap="xs">
      <PartHead
        title={t('channels.configurations')}
        text={t('channels.configurationsText')}
        action={t('channels.newConfiguration')}
        onNew={() => setOpened('new')}
      />
      <div className="panel table-wrap">
        <table className="dense">
          <thead>
            <tr>
              <th>{t('settings.clientName')}</th>
              <th>{t('campaigns.channel')}</th>
              <th>{t('channels.group.sender')}</th>
              <th>{t('channels.transports')}</th>
              <th>{t('channels.status')}</th>
              <th aria-label={t('app.actions')} />
            </tr>
          </thead>
          <tbody>
            {configurations.map(one => (
              <Row
                key={one.id}
                configuration={one}
                nameOf={nameOf}
                onOpen={() => setOpened({ id: one.id, as: 'dialogue' })}
                onChange={() => setOpened({ id: one.id, as: 'form' })}
              />
            ))}
          </tbody>
        </table>
      </div>
      {opened === 'new' && <ConfigurationForm {...choices} onClose={close} />}
      {opened !== null && opened !== 'new' && chosen !== undefined && opened.as === 'form' && (
        <ConfigurationForm {...choices} configuration={chosen} onClose={close} />
      )}
      {opened !== null && opened !== 'new' && chosen !== undefined && opened.as === 'dialogue' && (
        <ConfigurationDialogue configuration={chosen} onClose={close} />
      )}
    </Stack>
  )
}
