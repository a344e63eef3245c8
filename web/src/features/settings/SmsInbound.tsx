/** What people wrote to our numbers, what it was taken for, and how it was answered. */
import { SMS_INBOUND_KINDS, type SmsInboundKind, type SmsInboundMessage } from '@carillon/contract'
import { Select, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'

const Row = ({ row }: { row: SmsInboundMessage }) => {
  const t = useT()
  return (
    <tr>
      <td>
        <Time at={row.receivedAt} />
      </td>
      <td className="mono">
        {row.profileId === null ? (
          row.number
        ) : (
          <Link to="/people/$id" params={{ id: row.profileId }} className="link">
            {row.number}
          </Link>
        )}
      </td>
      <td className="break">{row.text}</td>
      <td>{t(`sms.kind.${row.kind}`)}</td>
      <td className="break">
        {row.answerState !== 'none' && (
          <>
            {row.answer}
            <Text size="xs" c={row.answerState === 'failed' ? 'red' : 'dimmed'} className="break">
              {t(`sms.answerState.${row.answerState}`)}
              {row.answerState === 'failed' && `: ${row.answerSaid}`}
            </Text>
          </>
        )}
      </td>
    </tr>
  )
}

const Rows = ({ rows }: { rows: readonly SmsInboundMessage[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('sms.inbound.received')}</th>
            <th>{t('inbox.from')}</th>
            <th>{t('sms.text')}</th>
            <th>{t('sms.kind')}</th>
            <th>{t('sms.answer')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The list, page by page. */
export const SmsInbound = () => {
  const t = useT()
  const api = useApi()
  const [kind, setKind] = useState<SmsInboundKind | null>(null)
  const list = useInfiniteQuery({
    queryKey: ['sms-inbound', kind],
    queryFn: ({ pageParam }) =>
      api.channels.smsInbound({
        ...(kind === null ? {} : { kind }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: 10_000,
  })
  return (
    <Stack gap="xs">
      <Title order={2}>{t('sms.inboundTitle')}</Title>
      <Text size="sm">{t('sms.inboundText')}</Text>
      <Select
        aria-label={t('sms.kind')}
        placeholder={t('sms.kind.any')}
        clearable
        w={240}
        data={SMS_INBOUND_KINDS.map(value => ({ value, label: t(`sms.kind.${value}`) }))}
        value={kind}
        onChange={value => setKind(SMS_INBOUND_KINDS.find(one => one === value) ?? null)}
      />
      <PagedList list={list} empty={<Text size="sm">{t('sms.inboundNone')}</Text>}>
        {rows => <Rows rows={rows} />}
      </PagedList>
    </Stack>
  )
}
