/** How many messages a second go to the people of one domain, and over how many connections, domain by domain. */
import { ActionIcon, Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'

/** One limit as it is being typed; `key` tells two rows apart. */
export interface DomainLimit {
  readonly key: number
  readonly domain: string
  readonly ratePerSecond?: number | null
  readonly connections?: number | null
}

const numberOrNull = (value: number | string): number | null =>
  typeof value === 'number' && value > 0 ? value : null

/** The rows. */
export const DomainLimits = (props: {
  limits: readonly DomainLimit[]
  onChange: (limits: readonly DomainLimit[]) => void
}) => {
  const t = useT()
  const { limits, onChange } = props
  const put = (next: DomainLimit) => onChange(limits.map(one => (one.key === next.key ? next : one)))
  const fresh = () => ({ key: Math.max(0, ...limits.map(one => one.key)) + 1, domain: '' })
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t('channels.domains')}
      </Text>
      {limits.map(limit => (
        <Group key={limit.key} gap={6} wrap="nowrap">
          <TextInput
            aria-label={t('channels.domain')}
            placeholder="example.com"
            required
            maxLength={253}
            flex="1 1 auto"
            value={limit.domain}
            onChange={event => put({ ...limit, domain: event.currentTarget.value.trim().toLowerCase() })}
          />
          <NumberInput
            aria-label={t('channels.rate')}
            placeholder={t('channels.rate')}
            min={0.01}
            max={10_000}
            decimalScale={2}
            w={110}
            value={limit.ratePerSecond ?? ''}
            onChange={value => put({ ...limit, ratePerSecond: numberOrNull(value) })}
          />
          <NumberInput
            aria-label={t('channels.domainConnections')}
            placeholder={t('channels.domainConnections')}
            min={1}
            max={100}
            allowDecimal={false}
            w={120}
            value={limit.connections ?? ''}
            onChange={value => put({ ...limit, connections: numberOrNull(value) })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('channels.removeDomain', { name: limit.domain })}
            onClick={() => onChange(limits.filter(one => one.key !== limit.key))}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={limits.length >= 100}
          onClick={() => onChange([...limits, fresh()])}
        >
          {t('channels.addDomain')}
        </Button>
      </div>
    </Stack>
  )
}
