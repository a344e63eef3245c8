/** Transports and channel configurations: who the mails are from, and which way and how fast they go. */
import type { ChannelConfiguration, Transport } from '@carillon/contract'
import { Button, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { durationText } from '../../ui/duration-text.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { ConfigurationForm } from './ConfigurationForm.tsx'
import { useConfigurations, useTransports } from './channel-queries.ts'
import { RemoveButton } from './RemoveButton.tsx'
import { TransportForm } from './TransportForm.tsx'

const NEW = 'new'

const Head = (props: { title: string; text: string; action: string; onNew: () => void }) => (
  <Group justify="space-between" align="flex-end">
    <div>
      <Title order={2}>{props.title}</Title>
      <Text size="sm">{props.text}</Text>
    </div>
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={props.onNew}>
      {props.action}
    </Button>
  </Group>
)

const TransportRow = ({ transport, onOpen }: { transport: Transport; onOpen: () => void }) => {
  const { t, formats } = useSpeech()
  const api = useApi()
  const { smtp } = transport
  const domains = smtp?.domainLimits?.length ?? 0
  const rate = smtp?.ratePerSecond ?? null
  return (
    <tr>
      <td style={{ fontWeight: 560 }}>{transport.name}</td>
      <td>{transport.kind === 'smtp' ? 'SMTP' : t('channels.sandboxKind')}</td>
      <td className="mono break">{smtp === null ? '' : `${smtp.host}:${smtp.port}`}</td>
      <td className="num">
        {smtp !== null && (rate === null ? t('settings.unlimited') : formats.number(rate))}
      </td>
      <td>{domains > 0 && t('channels.domainCount', { count: domains })}</td>
      <td className="num">
        {smtp !== null && (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={onOpen}>
              {t('settings.change')}
            </Button>
            <RemoveButton
              name={transport.name}
              text={t('channels.deleteTransportText')}
              remove={() => api.channels.removeTransport(transport.id)}
            />
          </Group>
        )}
      </td>
    </tr>
  )
}

const Transports = ({ transports }: { transports: readonly Transport[] }) => {
  const t = useT()
  const [open, setOpen] = useState<Transport | typeof NEW | null>(null)
  return (
    <Stack gap="xs">
      <Head
        title={t('channels.transports')}
        text={t('channels.transportsText')}
        action={t('channels.newTransport')}
        onNew={() => setOpen(NEW)}
      />
      <div className="panel table-wrap">
        <table className="dense">
          <thead>
            <tr>
              <th>{t('settings.clientName')}</th>
              <th>{t('channels.kind')}</th>
              <th>{t('channels.host')}</th>
              <th className="num">{t('channels.rate')}</th>
              <th>{t('channels.domains')}</th>
              <th aria-label={t('app.actions')} />
            </tr>
          </thead>
          <tbody>
            {transports.map(one => (
              <TransportRow key={one.id} transport={one} onOpen={() => setOpen(one)} />
            ))}
          </tbody>
        </table>
      </div>
      {open !== null && (
        <TransportForm {...(open === NEW ? {} : { transport: open })} onClose={() => setOpen(null)} />
      )}
    </Stack>
  )
}

const ConfigurationRow = (props: {
  configuration: ChannelConfiguration
  nameOf: (id: string) => string
  onOpen: () => void
}) => {
  const t = useT()
  const api = useApi()
  const { configuration: one, nameOf } = props
  return (
    <tr>
      <td style={{ fontWeight: 560 }}>{one.name}</td>
      <td className="break">{`${one.fromName} <${one.fromAddress}>`}</td>
      <td>{[one.transportId, ...one.fallbackTransportIds].map(nameOf).join(' → ')}</td>
      <td className="num">{durationText(t, one.retryMinutes * 60)}</td>
      <td className="num">
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={props.onOpen}>
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

const Configurations = (props: {
  configurations: readonly ChannelConfiguration[]
  transports: readonly Transport[]
}) => {
  const t = useT()
  const [open, setOpen] = useState<ChannelConfiguration | typeof NEW | null>(null)
  const nameOf = (id: string) => props.transports.find(one => one.id === id)?.name ?? id
  return (
    <Stack gap="xs">
      <Head
        title={t('channels.configurations')}
        text={t('channels.configurationsText')}
        action={t('channels.newConfiguration')}
        onNew={() => setOpen(NEW)}
      />
      <div className="panel table-wrap">
        <table className="dense">
          <thead>
            <tr>
              <th>{t('settings.clientName')}</th>
              <th>{t('channels.fromAddress')}</th>
              <th>{t('channels.transports')}</th>
              <th className="num">{t('channels.retry')}</th>
              <th aria-label={t('app.actions')} />
            </tr>
          </thead>
          <tbody>
            {props.configurations.map(one => (
              <ConfigurationRow
                key={one.id}
                configuration={one}
                nameOf={nameOf}
                onOpen={() => setOpen(one)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {open !== null && (
        <ConfigurationForm
          {...(open === NEW ? {} : { configuration: open })}
          transports={props.transports}
          onClose={() => setOpen(null)}
        />
      )}
    </Stack>
  )
}

/** The part. */
export const ChannelsPart = () => {
  const transports = useTransports()
  const configurations = useConfigurations()
  const retry = () => {
    void transports.refetch()
    void configurations.refetch()
  }
  return (
    <Stack gap="xl">
      <ProblemNote error={transports.error ?? configurations.error} onRetry={retry} />
      {(transports.isPending || configurations.isPending) && <Loader size="sm" />}
      {transports.data && <Transports transports={transports.data.items} />}
      {transports.data && configurations.data && (
        <Configurations configurations={configurations.data.items} transports={transports.data.items} />
      )}
    </Stack>
  )
}
