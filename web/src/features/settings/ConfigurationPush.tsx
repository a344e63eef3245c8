/** The apps of a push configuration, and who shows its notifications on Android. */
import { PUSH_PLATFORMS, type PushApp } from '@carillon/contract'
import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import type { ChangeDraft, PushDraft } from './configuration-draft.ts'

const Row = (props: { app: PushApp; change: (app: PushApp) => void; remove: () => void }) => {
  const t = useT()
  const { app, change, remove } = props
  return (
    <Group gap={6} wrap="nowrap" align="flex-end">
      <Select
        label={t('push.appPlatform')}
        allowDeselect={false}
        w={190}
        data={PUSH_PLATFORMS.map(value => ({ value, label: t(`device.${value}`) }))}
        value={app.platform}
        onChange={value => change({ ...app, platform: PUSH_PLATFORMS.find(one => one === value) ?? 'fcm' })}
      />
      <TextInput
        label={t('push.appId')}
        required
        maxLength={200}
        flex="1 1 auto"
        value={app.appID}
        onChange={event => change({ ...app, appID: event.currentTarget.value.trim() })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        mb={4}
        aria-label={t('push.appRemove', { name: app.appID })}
        onClick={remove}
      >
        <IconX size={15} />
      </ActionIcon>
    </Group>
  )
}

const SHOWN_BY = ['system', 'app'] as const

/** The fields. */
export const ConfigurationPush = (props: { draft: PushDraft; change: ChangeDraft<PushDraft> }) => {
  const t = useT()
  const { draft, change } = props
  const { apps } = draft
  return (
    <Stack>
      <Text size="sm">{t('push.appsHint')}</Text>
      {apps.map((app, n) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and are changed in place
          key={n}
          app={app}
          change={changed => change({ apps: apps.map((one, at) => (at === n ? changed : one)) })}
          remove={() => change({ apps: apps.filter((_one, at) => at !== n) })}
        />
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={apps.length >= 20}
          onClick={() => change({ apps: [...apps, { platform: 'fcm', appID: '' }] })}
        >
          {t('push.appAdd')}
        </Button>
      </div>
      <Select
        label={t('push.shownBy')}
        allowDeselect={false}
        data={SHOWN_BY.map(value => ({ value, label: t(`push.shownBy.${value}`) }))}
        value={draft.shownBy}
        onChange={value => change({ shownBy: SHOWN_BY.find(one => one === value) ?? 'system' })}
      />
    </Stack>
  )
}
