/** A DNS record to publish, with buttons that copy its name and its value. */
import type { DnsRecord } from '@carillon/contract'
import { Group, Stack, Text } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'

const Line = ({ label, value }: { label: string; value: string }) => (
  <div>
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <CopyButton value={value} />
    </Group>
    <pre className="code wrap">{value}</pre>
  </div>
)

/** The record. */
export const DnsRecordView = ({ record }: { record: DnsRecord }) => {
  const t = useT()
  return (
    <Stack gap={6}>
      <Line label={`${record.type} · ${t('channels.recordName')}`} value={record.name} />
      <Line label={t('channels.recordValue')} value={record.value} />
    </Stack>
  )
}
