/** Why did this person (not) get it? One sentence, then every message with its story. */
import type { Why } from '@carillon/contract'
import {
  Alert,
  Autocomplete,
  Button,
  Group,
  Loader,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { ExecutionsHead } from './ExecutionsHead.tsx'
import { readWhyQuestion, type WhyQuestion } from './filters.ts'
import { StateChip } from './message-state.tsx'
import { Timeline } from './Timeline.tsx'
import { conclude, isOpenConclusion, toneOfConclusion } from './why.ts'

const useCampaignChoices = (search: string, chosen: string | null) => {
  const api = useApi()
  const list = useQuery({
    queryKey: ['campaigns', 'choices', search],
    queryFn: () => api.campaigns.list({ limit: 50, ...(search === '' ? {} : { search }) }),
    placeholderData: before => before,
  })
  const known = useQuery({
    queryKey: ['campaign', chosen],
    queryFn: () => api.campaigns.get(chosen ?? ''),
    enabled: chosen !== null,
    retry: false,
  })
  const found = (list.data?.items ?? []).map(one => ({ value: one.id, label: one.name }))
  const own = chosen === null ? [] : [{ value: chosen, label: known.data?.name ?? chosen }]
  return [...own, ...found.filter(one => one.value !== chosen)]
}

const CampaignField = (props: { value: string | null; onChange: (id: string | null) => void }) => {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, 200)
  const choices = useCampaignChoices(search, props.value)
  return (
    <Select
      label={t('why.campaign')}
      placeholder={t('why.campaignNone')}
      searchable
      required
      flex="2 1 220px"
      data={choices}
      // The server has searched: what it found is shown, whatever its letters.
      filter={({ options }) => options}
      value={props.value}
      onChange={props.onChange}
      onSearchChange={text => setTyped(choices.some(one => one.label === text) ? '' : text)}
    />
  )
}

const Form = ({ asked }: { asked: Partial<WhyQuestion> }) => {
  const t = useT()
  const navigate = useNavigate()
  const [campaign, setCampaign] = useState<string | null>(asked.campaign ?? null)
  const [namespace, setNamespace] = useState(asked.namespace ?? 'email')
  const [value, setValue] = useState(asked.value ?? '')
  return (
    <form
      className="panel pad"
      onSubmit={event => {
        event.preventDefault()
        void navigate({
          to: '/executions/why',
          search: readWhyQuestion({ campaign: campaign ?? '', namespace, value: value.trim() }),
        })
      }}
    >
      <Group align="flex-end" gap="sm">
        <CampaignField value={campaign} onChange={setCampaign} />
        <Autocomplete
          label={t('why.namespace')}
          data={['email', 'phone', 'ecid']}
          required
          maxLength={100}
          flex="1 1 120px"
          value={namespace}
          onChange={setNamespace}
        />
        <TextInput
          label={t('why.value')}
          placeholder={t('why.valueHint')}
          required
          maxLength={512}
          flex="2 1 220px"
          value={value}
          onChange={event => setValue(event.currentTarget.value)}
        />
        <Button type="submit" disabled={campaign === null}>
          {t('why.ask')}
        </Button>
      </Group>
    </form>
  )
}

const Conclusion = ({ why }: { why: Why }) => {
  const { t, formats } = useSpeech()
  const { sentence, advice } = conclude(why, { t, exact: formats.exact })
  return (
    <section
      className="panel pad conclusion"
      role="status"
      data-tone={toneOfConclusion(why.conclusionCode)}
      data-why={why.conclusionCode}
    >
      <Text fw={600}>{sentence}</Text>
      {advice !== null && <Text size="sm">{advice}</Text>}
      {why.person.identities.length > 1 && (
        <Facts
          facts={[
            [
              t('why.identities'),
              why.person.identities.map(one => `${one.namespace}: ${one.value}`).join(', '),
            ],
          ]}
        />
      )}
    </section>
  )
}

const Answer = ({ why }: { why: Why }) => {
  const t = useT()
  const several = why.campaigns.length > 1
  return (
    <>
      <Conclusion why={why} />
      {several && (
        <Alert color="gray" p="xs" px="md">
          {t('why.several')}
        </Alert>
      )}
      {why.messages.length > 0 && (
        <Title order={2}>{t('why.messages', { count: why.messages.length })}</Title>
      )}
      {why.messages.map(message => (
        <section className="panel pad" key={message.messageId}>
          <Group gap="xs" mb="sm">
            <StateChip state={message.state} />
            <Link
              to="/messages/$messageId"
              params={{ messageId: message.messageId }}
              className="link strong break"
            >
              {message.userId}
            </Link>
            {several && <span className="tag">{message.campaignName}</span>}
            <Text size="xs" c="dimmed">
              <Time at={message.changedAt} />
            </Text>
          </Group>
          <Timeline timeline={message.timeline} />
        </section>
      ))}
    </>
  )
}

const useWhy = (asked: Partial<WhyQuestion>) => {
  const api = useApi()
  const { campaign = '', namespace = '', value = '' } = asked
  return useQuery({
    queryKey: ['why', campaign, namespace, value],
    queryFn: () => api.executions.why({ campaign, namespace, value }),
    enabled: campaign !== '' && namespace !== '' && value !== '',
    refetchInterval: query =>
      query.state.data && isOpenConclusion(query.state.data.conclusionCode) ? 2_000 : false,
  })
}

/** The page. The question is the URL, so that an answer can be linked. */
export const WhyPage = () => {
  const t = useT()
  const asked = useSearch({ from: '/app/executions/why' })
  const why = useWhy(asked)
  return (
    <>
      <ExecutionsHead />
      <Stack>
        <Text size="sm">{t('why.text')}</Text>
        <Form key={JSON.stringify(asked)} asked={asked} />
        <ProblemNote error={why.error} onRetry={() => void why.refetch()} />
        {why.isLoading && <Loader size="sm" />}
        {why.data && <Answer why={why.data} />}
      </Stack>
    </>
  )
}
