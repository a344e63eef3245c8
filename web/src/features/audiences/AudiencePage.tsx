/** One audience: its rule with a live count and the sentence it makes, or its uploaded members. */

import type { Audience, AudienceRule } from '@carillon/contract'
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { localDay } from '../../ui/local-time.ts'
import { PageHead } from '../../ui/PageHead.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { nameOf } from '../people/names.ts'
import { PeopleTabs } from '../people/PeopleTabs.tsx'
import { useApi } from '../session/session.tsx'
import './audiences.css'
import { useAudience, useEstimate, useNames } from './audience-queries.ts'
import { RuleEditor } from './RuleEditor.tsx'
import { ruleWords } from './rule-words.ts'
import { UploadPart } from './UploadPart.tsx'

const EVERYBODY: AudienceRule = { kind: 'and', rules: [] }

const Count = ({ rule }: { rule: AudienceRule }) => {
  const t = useT()
  const estimate = useEstimate(rule)
  const found = estimate.data
  return (
    <div role="status" aria-live="polite">
      <ProblemNote error={estimate.error} />
      {found && estimate.error === null && (
        <Text fw={560}>
          {found.exact
            ? t('audience.count', { count: found.count })
            : t('audience.about', { count: found.count, error: found.error ?? 0 })}
        </Text>
      )}
    </div>
  )
}

const Sample = ({ rule }: { rule: AudienceRule }) => {
  const t = useT()
  const api = useApi()
  const sample = useMutation({ mutationFn: () => api.audiences.sample(rule) })
  return (
    <Stack gap="xs">
      <div>
        <Button
          variant="default"
          size="compact-sm"
          loading={sample.isPending}
          onClick={() => sample.mutate()}
        >
          {t('audience.sample')}
        </Button>
      </div>
      <ProblemNote error={sample.error} />
      {sample.data?.items.length === 0 && <Text size="sm">{t('audience.nobody')}</Text>}
      {sample.data?.items.map(one => (
        <Text key={one.id} size="sm">
          <Link to="/people/$id" params={{ id: one.id }} className="link">
            {one.identities[0]?.value ?? one.id}
          </Link>{' '}
          {nameOf(one.attributes)}
        </Text>
      ))}
    </Stack>
  )
}

const useSave = (audience: Audience) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (rule: AudienceRule) =>
      api.audiences.patch(audience.id, { rule, revision: audience.revision }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['audiences'] }),
  })
}

const RulePart = ({ audience }: { audience: Audience }) => {
  const t = useT()
  const stored = audience.rule ?? EVERYBODY
  const [rule, setRule] = useState(stored)
  const names = useNames(audience.id)
  const save = useSave(audience)
  const day = localDay(new Date().toISOString())
  const isChanged = JSON.stringify(rule) !== JSON.stringify(stored)
  return (
    <Stack>
      <section className="panel pad">
        <Title order={2} mb="xs">
          {t('audience.rule')}
        </Title>
        {/* What is saved comes back as a new page; what was changed meanwhile would be gone. */}
        <fieldset className="rule-set" disabled={save.isPending}>
          <RuleEditor rule={rule} choices={{ ...names, day }} onChange={setRule} />
        </fieldset>
        <ProblemNote error={save.error} />
        <Group justify="flex-end" mt="sm">
          {isChanged && (
            <Button variant="default" onClick={() => setRule(stored)}>
              {t('audience.undo')}
            </Button>
          )}
          <Button disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate(rule)}>
            {t('settings.save')}
          </Button>
        </Group>
      </section>
      <section className="panel pad">
        <Stack gap="xs">
          <Count rule={rule} />
          <Text size="sm">{ruleWords(t, rule, new Map([...names.campaigns, ...names.audiences]))}</Text>
          <Sample rule={rule} />
        </Stack>
      </section>
    </Stack>
  )
}

const Remove = ({ audience }: { audience: Audience }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return (
    <RemoveDeed
      label={t('audience.remove')}
      title={t('audience.removeTitle', { name: audience.name })}
      text={t('audience.removeText')}
      action={t('audience.removeDo')}
      remove={async () => {
        await api.audiences.remove(audience.id)
        await navigate({ to: '/people/audiences', search: {} })
        await queries.invalidateQueries({ queryKey: ['audiences'] })
      }}
    />
  )
}

/** The page. */
export const AudiencePage = () => {
  const { id } = useParams({ from: '/app/people/audiences/$id' })
  const query = useAudience(id)
  const audience = query.data
  return (
    <>
      <PageHead title={audience?.name ?? ''}>{audience && <Remove audience={audience} />}</PageHead>
      <PeopleTabs />
      <Loaded query={query}>
        {one =>
          one.kind === 'rule' ? <RulePart key={one.revision} audience={one} /> : <UploadPart audience={one} />
        }
      </Loaded>
    </>
  )
}
