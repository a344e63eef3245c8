/** The allowed list in the settings: its switch, with what it does said out loud, and its entries. */
import type { AllowedListState } from '@carillon/contract'
import { Alert, Button, Group, Stack, Switch, Text } from '@mantine/core'
import { IconAlertTriangle, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { useApi } from '../session/session.tsx'
import { EntryForm } from './EntryForm.tsx'
import { EntryList } from './EntryList.tsx'
import { useAllowedState, useListDeed } from './suppression-queries.ts'

const Warning = ({ state }: { state: AllowedListState }) => {
  const t = useT()
  if (!state.on) return null
  const isBrake = state.entryCount === 0
  return (
    <Alert
      color={isBrake ? 'red' : 'yellow'}
      variant="light"
      role={isBrake ? 'alert' : 'status'}
      icon={<IconAlertTriangle size={18} />}
      title={t(isBrake ? 'supp.allowed.brake' : 'supp.allowed.isOn')}
    >
      <Text size="sm">{t(isBrake ? 'supp.allowed.brakeText' : 'supp.allowed.isOnText')}</Text>
    </Alert>
  )
}

const Turn = ({ state }: { state: AllowedListState }) => {
  const { t, formats } = useSpeech()
  const api = useApi()
  const [isAsked, setAsked] = useState(false)
  const turn = useListDeed('allowed', (on: boolean) => api.allowed.turn(on))
  const text = state.on
    ? 'supp.allowed.offText'
    : state.entryCount === 0
      ? 'supp.allowed.onEmptyText'
      : 'supp.allowed.onText'
  return (
    <Group justify="space-between">
      <Switch label={t('supp.allowed.switch')} checked={state.on} onChange={() => setAsked(true)} />
      <Text size="sm">
        {t('supp.allowed.count', {
          n: formats.number(state.entryCount),
          most: formats.number(state.maxEntries),
        })}
      </Text>
      <Confirm
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t(state.on ? 'supp.allowed.offTitle' : 'supp.allowed.onTitle')}
        text={t(text)}
        action={t(state.on ? 'supp.allowed.offDo' : 'supp.allowed.onDo')}
        danger={!state.on}
        pending={turn.isPending}
        error={turn.error}
        onConfirm={() => turn.mutate(!state.on, { onSuccess: () => setAsked(false) })}
      />
    </Group>
  )
}

/** The part. */
export const AllowedPart = () => {
  const t = useT()
  const query = useAllowedState()
  const [isAdding, setAdding] = useState(false)
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Text size="sm" maw={640}>
          {t('supp.allowed.text')}
        </Text>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          {t('supp.allowed.add')}
        </Button>
      </Group>
      <Loaded query={query} part>
        {state => (
          <>
            <Warning state={state} />
            <Turn state={state} />
          </>
        )}
      </Loaded>
      <EntryList kind="allowed" />
      {isAdding && <EntryForm kind="allowed" onClose={() => setAdding(false)} />}
    </Stack>
  )
}
