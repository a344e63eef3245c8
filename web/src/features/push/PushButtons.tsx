/** The buttons of a notification: what each says, and what it does. */
import { MAX_PUSH_BUTTONS, PUSH_BUTTON_CLICKS, type PushButtonContent } from '@carillon/contract'
import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'

type Change = (patch: Partial<PushButtonContent>) => void

const What = ({ button, change }: { button: PushButtonContent; change: Change }) => {
  const t = useT()
  return (
    <Group gap={6} grow align="flex-end">
      <Select
        label={t('push.button.click')}
        allowDeselect={false}
        data={PUSH_BUTTON_CLICKS.map(value => ({ value, label: t(`push.click.${value}`) }))}
        value={button.click}
        onChange={value => {
          const click = PUSH_BUTTON_CLICKS.find(one => one === value) ?? 'open_app'
          const isPlace = click === 'deep_link' || click === 'web_url'
          change({ click, uri: isPlace ? button.uri : null })
        }}
      />
      {(button.click === 'deep_link' || button.click === 'web_url') && (
        <TextInput
          label={t(`push.uri.${button.click}`)}
          maxLength={2_000}
          value={button.uri ?? ''}
          onChange={event => change({ uri: event.currentTarget.value || null })}
        />
      )}
    </Group>
  )
}

const Row = (props: { button: PushButtonContent; change: Change; remove: () => void }) => {
  const t = useT()
  const { button, change, remove } = props
  return (
    <div className="push-row">
      <Group gap={6} wrap="nowrap" align="flex-end">
        <TextInput
          label={t('push.button.label')}
          flex="1 1 auto"
          maxLength={200}
          value={button.label}
          onChange={event => change({ label: event.currentTarget.value })}
        />
        <TextInput
          label={t('push.button.id')}
          w={130}
          required
          maxLength={50}
          value={button.id}
          onChange={event => change({ id: event.currentTarget.value.trim() })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          mb={4}
          aria-label={t('push.button.remove', { name: button.label || button.id })}
          onClick={remove}
        >
          <IconX size={15} />
        </ActionIcon>
      </Group>
      <What button={button} change={change} />
    </div>
  )
}

const freeId = (buttons: readonly PushButtonContent[]): string => {
  const used = new Set(buttons.map(one => one.id))
  const numbers = Array.from({ length: MAX_PUSH_BUTTONS + 1 }, (_, n) => `button-${n + 1}`)
  return numbers.find(one => !used.has(one)) ?? 'button'
}

/** The list. */
export const PushButtons = (props: {
  buttons: PushButtonContent[]
  readOnly: boolean
  onChange: (buttons: PushButtonContent[]) => void
}) => {
  const t = useT()
  const { buttons, readOnly, onChange } = props
  const empty = { id: freeId(buttons), label: '', click: 'open_app', uri: null } as const
  return (
    <fieldset disabled={readOnly} className="push-set">
      <Stack gap={6}>
        <Text size="sm" fw={500}>
          {t('push.buttons')}
        </Text>
        <Text size="xs" c="dimmed">
          {t('push.buttonsHint')}
        </Text>
        {buttons.map((button, n) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and are changed in place
            key={n}
            button={button}
            change={patch => onChange(buttons.map((one, at) => (at === n ? { ...one, ...patch } : one)))}
            remove={() => onChange(buttons.filter((_one, at) => at !== n))}
          />
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={buttons.length >= MAX_PUSH_BUTTONS}
            onClick={() => onChange([...buttons, empty])}
          >
            {t('push.button.add')}
          </Button>
        </div>
      </Stack>
    </fieldset>
  )
}
