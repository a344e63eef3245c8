/** Rows of a name and a value that are added and taken out: header fields, parameters of links. */
import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'

/** One row. */
export interface NamedValue {
  readonly name: string
  readonly value: string
}

/** The rows. */
export const NamedValues = (props: {
  rows: readonly NamedValue[]
  most: number
  hint: string
  labels: { readonly name: string; readonly value: string; readonly add: string }
  maxName: number
  maxValue: number
  onChange: (rows: NamedValue[]) => void
}) => {
  const t = useT()
  const { rows, labels, onChange } = props
  const put = (at: number, patch: Partial<NamedValue>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...patch } : row)))
  return (
    <Stack gap={6}>
      <Text size="sm">{props.hint}</Text>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and are changed in place
        <Group key={index} gap={6} wrap="nowrap">
          <TextInput
            aria-label={labels.name}
            placeholder={labels.name}
            required
            maxLength={props.maxName}
            w={170}
            value={row.name}
            onChange={event => put(index, { name: event.currentTarget.value.trim() })}
          />
          <TextInput
            aria-label={labels.value}
            placeholder={labels.value}
            maxLength={props.maxValue}
            flex="1 1 auto"
            value={row.value}
            onChange={event => put(index, { value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('channels.removeRow', { name: row.name })}
            onClick={() => onChange(rows.filter((_row, at) => at !== index))}
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
          disabled={rows.length >= props.most}
          onClick={() => onChange([...rows, { name: '', value: '' }])}
        >
          {labels.add}
        </Button>
      </div>
    </Stack>
  )
}
