/** One person: what we know, who it is elsewhere, what the person chose, and the way to every message. */
import type { Profile } from '@carillon/contract'
import { Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Json } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
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
import { useSaveAttributes } from './person-queries.ts'
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
  // What was typed stands beside what it was typed against: a change elsewhere takes nothing away, and is not taken back.
  const [edit, setEdit] = useState<{ readonly base: Json; readonly tree: Json } | null>(null)
  const [valid, setValid] = useState(true)
  const save = useSaveAttributes(profile.id)
  const base = edit?.base ?? profile.attributes
  const put = (tree: Json) =>
    setEdit(Object.keys(mergePatch(base, tree)).length === 0 ? null : { base, tree })
  return (
    <section className="panel pad">
      <Stack gap="xs">
        <JsonField
          key={JSON.stringify(base)}
          label={t('people.attributes')}
          value={base}
          readOnly={save.isPending}
          onChange={put}
          onValid={isValid => {
            setValid(isValid)
            if (!isValid && edit === null) setEdit({ base, tree: base })
          }}
        />
        <ProblemNote error={save.error} />
        <Group justify="flex-end">
          <Button
            disabled={edit === null || !valid}
            loading={save.isPending}
            onClick={() =>
              edit !== null &&
              save.mutate(mergePatch(edit.base, edit.tree), { onSuccess: () => setEdit(null) })
            }
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
      <Loaded query={query}>
        {person => (
          <Stack>
            <About profile={person} />
            <IdentitiesPart profile={person} />
            <MessagesPart profileId={person.id} />
            <AudiencesPart profileId={person.id} />
            <ConsentPanel profileId={person.id} />
            <LocalePart profile={person} />
            <DevicesPart profile={person} />
            <Attributes key={person.id} profile={person} />
          </Stack>
        )}
      </Loaded>
    </>
  )
}
