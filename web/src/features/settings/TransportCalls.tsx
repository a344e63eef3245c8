/** The address that the provider of a transport calls: reports come there by themselves, what people write when it is set up. */
import type { Transport } from '@carillon/contract'
import { Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { useApi } from '../session/session.tsx'

/** The part of the dialogue. */
export const TransportCalls = ({ transport }: { transport: Transport }) => {
  const t = useT()
  const api = useApi()
  const calls = useQuery({
    queryKey: ['transport-calls', transport.id],
    queryFn: () => api.channels.transportCalls(transport.id),
  })
  return (
    <Stack gap={4}>
      <Title order={3}>{t('sms.calls')}</Title>
      <Text size="sm">{t('sms.callsHint')}</Text>
      <Loaded part query={calls}>
        {({ url, reachable }) => (
          <>
            <Group gap="xs" wrap="nowrap">
              <Text size="xs" className="mono break" data-calls>
                {url}
              </Text>
              <CopyButton value={url} />
            </Group>
            {!reachable && (
              <Text size="xs" c="dimmed">
                {t('sms.callsLocal')}
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  )
}
