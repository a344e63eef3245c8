/** One channel configuration: where it stands, its records, a test, and the steps of its life. */
import type { CampaignChannel, ChannelConfiguration } from '@carillon/contract'
import { Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconBan, IconCircleCheck, IconCircleX, IconPencil } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { NO_DEVICE, TestDeviceFields } from '../push/TestDeviceFields.tsx'
import { useApi } from '../session/session.tsx'
import { useChannelDeed } from './channel-queries.ts'
import { LiveChecks } from './LiveChecks.tsx'
import { ProviderAnswerNote } from './ProviderAnswerNote.tsx'

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

const TEST_FIELDS = {
  email: { member: 'emailAddress', type: 'email', label: 'channels.testTo' },
  sms: { member: 'phoneNumber', type: 'tel', label: 'sms.testTo' },
} as const satisfies Record<Exclude<CampaignChannel, 'push'>, object>

const TestSend = ({ configuration }: { configuration: ChannelConfiguration }) => {
  const t = useT()
  const api = useApi()
  const [to, setTo] = useState('')
  const [device, setDevice] = useState(
    configuration.channel === 'push' ? { ...NO_DEVICE, ...configuration.apps[0] } : NO_DEVICE,
  )
  const { channel } = configuration
  const field = channel === 'push' ? undefined : TEST_FIELDS[channel]
  const asked = field === undefined ? { device } : { [field.member]: to }
  const test = useMutation({
    mutationFn: () => api.channels.testConfiguration(configuration.id, asked),
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
        {field === undefined && <TestDeviceFields device={device} onChange={setDevice} />}
        <Group align="flex-end" gap="sm">
          {field !== undefined && (
            <TextInput
              type={field.type}
              label={t(field.label)}
              required
              maxLength={320}
              flex="1 1 220px"
              value={to}
              onChange={event => setTo(event.currentTarget.value)}
            />
          )}
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
    <Modal opened onClose={onClose} centered size="lg" title={configuration.name}>
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
