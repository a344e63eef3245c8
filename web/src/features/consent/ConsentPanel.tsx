/** What one person chose about marketing: to see, to change in their name, and to prove. Stands on the profile page. */
import type { ProfileConsent } from '@carillon/contract'
import { Button, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconClock, IconExternalLink, IconMinus } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { type AskedChoice, ChangeChoice, ConfirmationLink } from './ChangeChoice.tsx'
import { type Choice, choicesOf, shownAs } from './choices.ts'
import { useConsent } from './consent-queries.ts'
import { Evidence } from './Evidence.tsx'

const ICONS: Readonly<Partial<Record<Tone, IconType>>> = {
  green: IconCircleCheck,
  red: IconCircleX,
  amber: IconClock,
}

const Row = ({ choice, ask }: { choice: Choice; ask: (asked: AskedChoice) => void }) => {
  const t = useT()
  const { key, tone } = shownAs(choice.value, choice.change.level === 'topic')
  const { name } = choice
  return (
    <tr>
      <td className="break" style={{ minWidth: 84 }}>
        {name}
      </td>
      <td>
        <Chip tone={tone} icon={ICONS[tone] ?? IconMinus}>
          {t(key)}
        </Chip>
      </td>
      <td className="num">
        <Group gap={6} justify="flex-end">
          {choice.value !== 'y' && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('consent.setYesThis', { name })}
              onClick={() => ask({ choice, value: 'y' })}
            >
              {t('consent.setYes')}
            </Button>
          )}
          {choice.value !== 'n' && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('consent.setNoThis', { name })}
              onClick={() => ask({ choice, value: 'n' })}
            >
              {t('consent.setNo')}
            </Button>
          )}
        </Group>
      </td>
    </tr>
  )
}

const Choices = (props: { choices: readonly Choice[]; ask: (asked: AskedChoice) => void }) => {
  const t = useT()
  return (
    <div className="table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('consent.what')}</th>
            <th>{t('consent.choice')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {props.choices.map(choice => (
            <Row key={choice.key} choice={choice} ask={props.ask} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const PageButton = ({ profileId }: { profileId: string }) => {
  const t = useT()
  const api = useApi()
  const open = useMutation({
    mutationFn: () => api.consent.preferenceLink(profileId),
    onSuccess: ({ url }) => void window.open(url, '_blank', 'noopener,noreferrer'),
  })
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconExternalLink size={15} />}
        loading={open.isPending}
        onClick={() => open.mutate()}
      >
        {t('consent.page')}
      </Button>
      <ProblemNote error={open.error} />
    </>
  )
}

const Loaded = (props: { profileId: string; pages: readonly ProfileConsent[] }) => {
  const { language, t } = useSpeech()
  const [asked, setAsked] = useState<AskedChoice | null>(null)
  const [link, setLink] = useState<string | null>(null)
  const [first] = props.pages
  if (first === undefined) return null
  const choices = choicesOf(first, t, language)
  return (
    <>
      <Choices choices={choices} ask={setAsked} />
      {first.topics.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('consent.noTopics')}
        </Text>
      )}
      {link !== null && <ConfirmationLink url={link} />}
      <Title order={3} size="h6">
        {t('consent.evidence')}
      </Title>
      <Evidence events={props.pages.flatMap(page => page.events.items)} choices={choices} />
      {asked !== null && (
        <ChangeChoice
          profileId={props.profileId}
          asked={asked}
          onClose={() => setAsked(null)}
          onLink={setLink}
        />
      )}
    </>
  )
}

/** The panel. */
export const ConsentPanel = ({ profileId }: { profileId: string }) => {
  const t = useT()
  const consent = useConsent(profileId)
  return (
    <section className="panel pad" aria-label={t('consent.title')}>
      <Stack>
        <Group justify="space-between">
          <Title order={2}>{t('consent.title')}</Title>
          <PageButton profileId={profileId} />
        </Group>
        <Text size="sm">{t('consent.text')}</Text>
        <ProblemNote error={consent.error} onRetry={() => void consent.refetch()} />
        {consent.isPending && <Loader size="sm" />}
        {consent.data && <Loaded profileId={profileId} pages={consent.data.pages} />}
        <ListEnd
          more={consent.hasNextPage}
          pending={consent.isFetchingNextPage}
          onMore={() => void consent.fetchNextPage()}
        />
      </Stack>
    </section>
  )
}
