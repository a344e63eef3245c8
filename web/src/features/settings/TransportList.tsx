/** Transports: connections to providers, with the pace they allow. */
import {
  isOwnOfSandbox,
  type ProviderKind,
  providerOf,
  type SettingsByProvider,
  type Transport,
} from '@carillon/contract'
import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import type { Translate } from '../../i18n/translate.ts'
import { useApi } from '../session/session.tsx'
import { PartHead } from './PartHead.tsx'
import { RemoveButton } from './RemoveButton.tsx'
import { TransportForm } from './TransportForm.tsx'

const NEW = 'new'

const PLACES: {
  readonly [K in ProviderKind]: (settings: SettingsByProvider[K], t: Translate) => string
} = {
  smtp: ({ host, port }) => `${host}:${port}`,
  ses: ({ region }) => region,
  sendgrid: ({ ipPool }) => ipPool ?? '',
  twilio: ({ accountSid }) => accountSid,
  sinch: ({ servicePlanId }) => servicePlanId,
  infobip: ({ endpoint }) => endpoint,
  custom_sms: ({ url }) => url,
  push: ({ fcm, apns, web }, t) =>
    [...(fcm ? ['FCM'] : []), ...(apns ? ['APNs'] : []), ...(web ? [t('push.use.web')] : [])].join(', '),
}

const placeOf = (transport: Transport, t: Translate): string => {
  const kind = providerOf(transport.kind)
  const settings = transport[kind]
  const of = PLACES[kind] as (settings: SettingsByProvider[ProviderKind], words: Translate) => string
  return settings === null ? '' : of(settings, t)
}

const Row = (props: { transport: Transport; isRemovable: boolean; onOpen: () => void }) => {
  const { transport, isRemovable, onOpen } = props
  const { t, formats } = useSpeech()
  const api = useApi()
  const settings = transport[providerOf(transport.kind)]
  const domains = settings?.domainLimits?.length ?? 0
  const rate = settings?.ratePerSecond ?? null
  return (
    <tr>
      <td style={{ fontWeight: 560 }}>{transport.name}</td>
      <td>{t(`channels.kind.${transport.kind}`)}</td>
      <td className="mono break">{placeOf(transport, t)}</td>
      <td className="num">
        {settings !== null && (rate === null ? t('settings.unlimited') : formats.number(rate))}
      </td>
      <td>{domains > 0 && t('channels.domainCount', { count: domains })}</td>
      <td className="num">
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={onOpen}>
            {t(settings === null ? 'channels.open' : 'settings.change')}
          </Button>
          {isRemovable && (
            <RemoveButton
              name={transport.name}
              text={t('channels.deleteTransportText')}
              remove={() => api.channels.removeTransport(transport.id)}
            />
          )}
        </Group>
      </td>
    </tr>
  )
}

/** The list. */
export const TransportList = ({ transports }: { transports: readonly Transport[] }) => {
  const t = useT()
  const [open, setOpen] = useState<Transport | typeof NEW | null>(null)
  // The server keeps the last Inbox transport of each channel.
  const isLastOwn = ({ kind }: Transport) =>
    isOwnOfSandbox(kind) && transports.filter(one => one.kind === kind).length === 1
  return (
    <Stack gap="xs">
      <PartHead
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
              <Row key={one.id} transport={one} isRemovable={!isLastOwn(one)} onOpen={() => setOpen(one)} />
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
