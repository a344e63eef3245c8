/** What the name servers said of a domain, check by check, each with the record to publish where it is not good. */
import type { LiveCheck } from '@carillon/contract'
import { Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconHelp } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { DnsRecordView } from './DnsRecordView.tsx'

const LOOKS = {
  good: { tone: 'green', icon: IconCircleCheck },
  bad: { tone: 'amber', icon: IconAlertTriangle },
  unchecked: { tone: 'grey', icon: IconHelp },
} as const

/** One check. */
export const LiveCheckNote = ({ check }: { check: LiveCheck }) => {
  const t = useT()
  const { tone, icon } = LOOKS[check.verdict]
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Chip tone={tone} icon={icon}>
          {t(`channels.verdict.${check.verdict}`)}
        </Chip>
        <Text size="sm" fw={560}>
          {t(`channels.check.${check.name}`)}
        </Text>
        <Text size="xs" className="mono break">
          {check.host}
        </Text>
      </Group>
      <Text size="sm">{check.message}</Text>
      {check.verdict !== 'good' && check.record !== null && <DnsRecordView record={check.record} />}
    </Stack>
  )
}

/** All of them. */
export const LiveChecks = ({ checks }: { checks: readonly LiveCheck[] }) => (
  <Stack gap="md">
    {checks.map(check => (
      <LiveCheckNote key={`${check.name} ${check.host} ${check.message}`} check={check} />
    ))}
  </Stack>
)
