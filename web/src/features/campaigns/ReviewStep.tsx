/** The last look: what was found, what it will do, and the buttons that put it to work or end it. */
import { Button, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { IconBolt, IconCircleCheck, IconPlayerPause, IconPlayerStop } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { durationText } from '../../ui/duration-text.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Findings } from '../../ui/Findings.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { holdsOfCampaign, useHolds } from '../holds/hold-queries.ts'
import { PauseCampaign } from '../holds/PauseCampaign.tsx'
import { useApi } from '../session/session.tsx'
import { useConfigurations } from '../settings/channel-queries.ts'
import { useCampaignDeed } from './campaign-queries.ts'
import { isStoppable } from './campaign-status.tsx'
import { headlineOf } from './content-texts.ts'
import { deliveryFacts } from './delivery-facts.ts'
import { StopConfirm } from './StopConfirm.tsx'
import type { Editor } from './use-editor.ts'

const useValidation = (editor: Editor) => {
  const api = useApi()
  const { id } = editor.campaign
  return useQuery({
    queryKey: ['validation', id],
    queryFn: async () => {
      // The check looks at what is stored: what was just typed has to be there.
      await editor.saver.flush()
      return api.campaigns.validate(id)
    },
    staleTime: 0,
  })
}

const FindingsPart = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const validation = useValidation(editor)
  const findings = validation.data?.findings ?? []
  return (
    <section className="panel pad">
      <Stack gap="sm">
        <Title order={2}>{t('review.findings')}</Title>
        {validation.isPending && <Loader size="sm" />}
        <ProblemNote error={validation.error} onRetry={() => void validation.refetch()} />
        {validation.data && findings.length === 0 && (
          <Group gap={6}>
            <IconCircleCheck size={18} color="var(--chip-green)" aria-hidden="true" />
            <Text size="sm">{t('finding.none')}</Text>
          </Group>
        )}
        <Findings findings={findings} />
      </Stack>
    </section>
  )
}

const Summary = ({ editor }: { editor: Editor }) => {
  const { t, formats } = useSpeech()
  const configurations = useConfigurations()
  const { properties } = editor
  const configuration = configurations.data?.items.find(one => one.id === properties.channelConfigurationId)
  const expiry = properties.messageExpirySeconds
  const headline = headlineOf(properties)
  return (
    <section className="panel pad">
      <Title order={2} mb="sm">
        {t('review.summary')}
      </Title>
      <Facts
        facts={[
          [t('campaigns.channel'), t(`channel.${properties.channel}`)],
          [t('prop.configuration'), configuration?.name ?? t('app.none')],
          [t(headline.label), headline.text],
          [t('prop.namespace'), properties.identityNamespace],
          [
            t('prop.start'),
            properties.startAt === null ? t('review.always') : formats.exact(properties.startAt),
          ],
          [t('prop.end'), properties.endAt === null ? t('review.never') : formats.exact(properties.endAt)],
          [t('prop.expiry'), expiry === null ? t('review.never') : durationText(t, expiry)],
          ...deliveryFacts({ t, formats }, properties),
        ]}
      />
    </section>
  )
}

const Activate = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState(false)
  const validation = useValidation(editor)
  const activate = useCampaignDeed(editor.campaign.id, async id => {
    await editor.saver.flush()
    return api.campaigns.activate(id)
  })
  const version = editor.campaign.live?.number ?? null
  const hasErrors = validation.data?.valid === false
  const unsaved = editor.saveState.kind === 'conflict' || editor.invalid.length > 0
  if (version !== null && editor.campaign.draft === null && editor.saveState.kind === 'saved') {
    return (
      <Text size="sm" c="dimmed">
        {t('review.noDraft', { n: version })}
      </Text>
    )
  }
  return (
    <>
      <Button
        leftSection={<IconBolt size={16} />}
        disabled={hasErrors || unsaved}
        onClick={() => setAsked(true)}
      >
        {t('review.activate')}
      </Button>
      {hasErrors && <Text size="sm">{t('review.fix')}</Text>}
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('review.activateTitle', { name: editor.properties.name })}
        text={version === null ? t('review.activateText') : t('review.activateNew', { n: version })}
        action={t('review.activate')}
        pending={activate.isPending}
        error={activate.error}
        onConfirm={() =>
          activate.mutate(undefined, {
            onSuccess: () => {
              setAsked(false)
              editor.reload()
            },
          })
        }
      />
    </>
  )
}

/** The last step. */
export const ReviewStep = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const [asked, setAsked] = useState<'pause' | 'stop' | null>(null)
  const { id, status } = editor.campaign
  const paused = holdsOfCampaign(useHolds().data ?? [], id).some(hold => hold.kind === 'pause')
  const { name } = editor.properties
  return (
    <Stack>
      {!editor.readOnly && <FindingsPart editor={editor} />}
      <Summary editor={editor} />
      <Group>
        {!editor.readOnly && <Activate editor={editor} />}
        {/* Resuming is a button of the banner above. A stopped campaign may still have messages to pause. */}
        {editor.campaign.live !== null && !paused && (
          <Button
            variant="default"
            leftSection={<IconPlayerPause size={16} />}
            onClick={() => setAsked('pause')}
          >
            {t('pause.do')}
          </Button>
        )}
        {isStoppable(status) && (
          <Button
            color="red.8"
            variant="outline"
            leftSection={<IconPlayerStop size={16} />}
            onClick={() => setAsked('stop')}
          >
            {t('campaigns.stop')}
          </Button>
        )}
      </Group>
      <PauseCampaign id={id} name={name} opened={asked === 'pause'} onClose={() => setAsked(null)} />
      <StopConfirm id={id} name={name} opened={asked === 'stop'} onClose={() => setAsked(null)} />
    </Stack>
  )
}
