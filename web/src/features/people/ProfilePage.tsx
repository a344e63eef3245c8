/** One person: what we know, who it is elsewhere, what the person chose, and the way to every message. */
import type { Profile } from '@carillon/contract'
import { Button, Center, Group, Loader, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { ConsentPanel } from '../consent/ConsentPanel.tsx'
import { ExportDeed } from '../erasure/PersonDeeds.tsx'
import { useApi } from '../session/session.tsx'
import { AudiencesPart } from './AudiencesPart.tsx'
import { DevicesPart } from './DevicesPart.tsx'
import { IdentitiesPart } from './IdentitiesPart.tsx'
import { LocalePart } from './LocalePart.tsx'
import { MergeDeed } from './MergeDialog.tsx'
import { MessagesPart } from './MessagesPart.tsx'
import './people.css'
import { mergePatch } from './merge-patch.ts'
import { nameOf } from './names.ts'
import { PeopleTabs } from './PeopleTabs.tsx'
import { PersonMenu } from './PersonMenu.tsx'
import { TestSwitch } from './TestSwitch.tsx'

const About = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const { attributes } = profile
  return (
    <section className="panel pad">
      <Facts
        facts={[
          [t('people.name'), nameOf(attributes)],
          [t('people.since'), <Time key="c" at={profile.createdAt} />],
          [t('campaigns.modified'), <Time key="m" at={profile.modifiedAt} />],
        ]}
      />
      <TestSwitch profile={profile} />
    </section>
  )
}

const Attributes = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [tree, setTree] = useState<Record<string, unknown> | null>(null)
  const save = useMutation({
    mutationFn: (next: Record<string, unknown>) =>
      api.profiles.patch(profile.id, { attributes: mergePatch(profile.attributes, next) }),
    onSuccess: async () => {
      setTree(null)
      await queries.invalidateQueries({ queryKey: ['profile', profile.id] })
    },
  })
  return (
    <section className="panel pad">
      <Stack gap="xs">
        <JsonField
          key={profile.modifiedAt}
          label={t('people.attributes')}
          value={profile.attributes}
          readOnly={false}
          onChange={setTree}
        />
        <ProblemNote error={save.error} />
        <Group justify="flex-end">
          <Button
            disabled={tree === null}
            loading={save.isPending}
            onClick={() => tree !== null && save.mutate(tree)}
          >
            {t('settings.save')}
          </Button>
        </Group>
      </Stack>
    </section>
  )
}

/** The page. */
export const ProfilePage = () => {
  const { id } = useParams({ from: '/app/people/$id' })
  const api = useApi()
  const query = useQuery({ queryKey: ['profile', id], queryFn: () => api.profiles.get(id) })
  const profile = query.data
  const title =
    profile === undefined ? '' : nameOf(profile.attributes) || (profile.identities[0]?.value ?? id)
  return (
    <>
      <PageHead title={title}>
        {profile && (
          <>
            <ExportDeed profile={profile} />
            <MergeDeed profile={profile} />
            <PersonMenu profile={profile} />
          </>
        )}
      </PageHead>
      <PeopleTabs />
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && (
        <Center py={64}>
          <Loader />
        </Center>
      )}
      {profile && (
        <Stack>
          <About profile={profile} />
          <IdentitiesPart profile={profile} />
          <MessagesPart profileId={profile.id} />
          <AudiencesPart profileId={profile.id} />
          <ConsentPanel profileId={profile.id} />
          <LocalePart profile={profile} />
          <DevicesPart profile={profile} />
          <Attributes profile={profile} />
        </Stack>
      )}
    </>
  )
}
