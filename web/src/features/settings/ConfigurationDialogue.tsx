/** One channel configuration: where it stands, its records, a test, and the steps of its life. */
import type { ChannelConfiguration } from '@carillon/contract'
import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { IconBan, IconCircleCheck, IconCircleX, IconPencil } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { LiveChecks } from './LiveChecks.tsx'
import { ProviderAnswerNote } from './ProviderAnswerNote.tsx'
import { addressOf, NO_ADDRESS, TestAddress } from './TestAddress.tsx'

const LOOKS = {
  draft: { tone: 'grey', icon: IconPencil },
  active: { tone: 'green', icon: IconCircleCheck },
  failed: { tone: 'red', icon: IconCircleX },
  deactivated: { tone: 'grey', icon: IconBan },
} as const

/** Where a configuration stands. */
export const ConfigurationStatusChip = ({ status }: { status: ChannelConfiguration['status'] }) => {
  const t = useT()
  return (
    <Chip tone={LOOKS[status].tone} icon={LOOKS[status].icon}>
      {t(`channels.status.${status}`)}
    </Chip>
  )
}

/** What the address of a test is called. */
const TEST_LABELS = { email: 'channels.testTo', sms: 'sms.testTo', push: 'device.token' } as const

const TestSend = ({ configuration }: { configuration: ChannelConfiguration }) => {
  const t = useT()
  const api = useApi()
  const { channel } = configuration
  const [to, setTo] = useState(
    channel === 'push'
      ? { ...NO_ADDRESS, device: { ...NO_ADDRESS.device, ...configuration.apps[0] } }
      : NO_ADDRESS,
  )
  const test = useMutation({
    mutationFn: () => api.channels.testConfiguration(configuration.id, addressOf(channel, to)),
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        test.mutate()
      }}
    >
      <Stack gap="xs">
        <Title order={3}>{t('channels.test')}</Title>
        <Group align="flex-end" gap="sm">
          <TestAddress channel={channel} to={to} label={t(TEST_LABELS[channel])} onChange={setTo} />
          <Button type="submit" variant="default" loading={test.isPending}>
            {t('channels.testDo')}
          </Button>
        </Group>
        <ProblemNote error={test.error} />
        {test.data !== undefined && (
          <ProviderAnswerNote answer={test.data} good={t('channels.testGood')} bad={t('channels.testBad')} />
        )}
      </Stack>
    </form>
  )
}

const Records = ({ configuration }: { configuration: ChannelConfiguration }) => {
  const t = useT()
  const api = useApi()
  const check = useChannelDeed(() => api.channels.checkConfiguration(configuration.id))
  const { lastChecks } = configuration
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>{t('channels.checks')}</Title>
        <Button
          size="compact-sm"
          variant="default"
          loading={check.isPending}
          onClick={() => check.mutate(undefined)}
        >
          {t('channels.checkNow')}
        </Button>
      </Group>
      <ProblemNote error={check.error} />
      {lastChecks === null ? (
        <Text size="sm">{t('channels.neverChecked')}</Text>
      ) : (
        <Text size="xs" c="dimmed">
          {t('channels.checkedAt')} <Time at={lastChecks.at} />
        </Text>
      )}
      {lastChecks !== null && lastChecks.checks.length === 0 && (
        <Text size="sm">{t('channels.noChecks')}</Text>
      )}
      {lastChecks !== null && <LiveChecks checks={lastChecks.checks} />}
    </Stack>
  )
}

const Submit = ({ configuration }: { configuration: ChannelConfiguration }) => {
  const t = useT()
  const api = useApi()
  const submit = useChannelDeed((force: boolean) => api.channels.submitConfiguration(configuration.id, force))
  return (
    <>
      <ProblemNote error={submit.error} />
      <Group justify="flex-end">
        {configuration.status === 'failed' && (
          <Button variant="default" loading={submit.isPending} onClick={() => submit.mutate(true)}>
            {t('channels.submitForce')}
          </Button>
        )}
        <Button loading={submit.isPending} onClick={() => submit.mutate(false)}>
          {t('channels.submit')}
        </Button>
      </Group>
    </>
  )
}

const Deactivate = ({ configuration }: { configuration: ChannelConfiguration }) => {
  const t = useT()
  const api = useApi()
  const [isAsked, setAsked] = useState(false)
  const deactivate = useChannelDeed(() => api.channels.deactivateConfiguration(configuration.id))
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('channels.deactivate')}
      </Button>
      <Confirm
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t('channels.deactivateTitle', { name: configuration.name })}
        text={t('channels.deactivateText')}
        action={t('channels.deactivate')}
        danger
        pending={deactivate.isPending}
        error={deactivate.error}
        onConfirm={() => deactivate.mutate(undefined, { onSuccess: () => setAsked(false) })}
      />
    </Group>
  )
}

/** The dialogue. */
export const ConfigurationDialogue = (props: {
  configuration: ChannelConfiguration
  onClose: () => void
}) => {
  const { configuration, onClose } = props
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} centered size="lg" title={configuration.name}>
      <Stack gap="lg">
        <div>
          <ConfigurationStatusChip status={configuration.status} />
          {configuration.description !== '' && (
            <Text size="sm" mt="xs">
              {configuration.description}
            </Text>
          )}
        </div>
        {configuration.channel === 'email' && <Records configuration={configuration} />}
        {configuration.status !== 'deactivated' && <TestSend configuration={configuration} />}
        {configuration.status === 'active' ? (
          <Deactivate configuration={configuration} />
        ) : (
          <Submit configuration={configuration} />
        )}
      </Stack>
    </Modal>
  )
}
