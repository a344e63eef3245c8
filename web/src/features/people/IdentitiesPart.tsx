/** Who a person is elsewhere: identities, to be given and taken; one that another person has leads to a merge. */
import type { Identity, Profile } from '@carillon/contract'
import { Alert, Autocomplete, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiProblem } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { useNamespaceCodes } from '../namespaces/namespace-queries.ts'
import { useApi } from '../session/session.tsx'
import { MergeDialog } from './MergeDialog.tsx'
import { labelOf } from './names.ts'
import { usePersonDeed } from './person-queries.ts'

const Row = ({ profile, identity }: { profile: Profile; identity: Identity }) => {
  const t = useT()
  const api = useApi()
  const remove = usePersonDeed(profile.id, () => api.person.removeIdentity(profile.id, identity))
  return (
    <Group gap="xs" wrap="nowrap">
      <span className="tag">{identity.namespace}</span>
      <span className="mono break">{identity.value}</span>
      {profile.identities.length > 1 && (
        <RemoveDeed
          title={t('identity.removeTitle', { value: identity.value })}
          text={t('identity.removeText')}
          action={t('identity.removeDo')}
          remove={() => remove.mutateAsync(undefined)}
        />
      )}
    </Group>
  )
}

const isConflict = (error: unknown): boolean =>
  error instanceof ApiProblem && error.problem.code === 'profile_conflict'

const Conflict = (props: { profile: Profile; identity: Identity; onMerged: () => void }) => {
  const t = useT()
  const api = useApi()
  const [merging, setMerging] = useState(false)
  const { identity, profile } = props
  const owner = useQuery({
    queryKey: ['profiles', 'owner', identity],
    queryFn: async () => (await api.person.owner(identity)) ?? null,
    gcTime: 0,
  })
  const other = owner.data
  return (
    <Alert color="yellow" variant="light" title={t('identity.conflict')} role="alert">
      <ProblemNote error={owner.error} />
      {other && (
        <Group gap="sm">
          <Text size="sm">
            {t('identity.conflictText')}{' '}
            <Link to="/people/$id" params={{ id: other.id }} className="strong">
              {labelOf(other)}
            </Link>
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => setMerging(true)}>
            {t('merge.open')}
          </Button>
        </Group>
      )}
      {other && merging && (
        <MergeDialog
          into={profile}
          with={other}
          onMerged={props.onMerged}
          onClose={() => setMerging(false)}
        />
      )}
    </Alert>
  )
}

const AddForm = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const api = useApi()
  const known = useNamespaceCodes()
  const namespaces = [...new Set([...known, ...profile.identities.map(one => one.namespace)])]
  const [namespace, setNamespace] = useState('email')
  const [value, setValue] = useState('')
  const add = usePersonDeed(profile.id, (identity: Identity) => api.person.addIdentity(profile.id, identity))
  const forget = () => {
    add.reset()
    setValue('')
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        add.mutate({ namespace, value }, { onSuccess: () => setValue('') })
      }}
    >
      <Stack gap="xs">
        <Group align="flex-end" gap="xs">
          <Autocomplete
            label={t('identity.namespace')}
            w={150}
            required
            maxLength={100}
            data={namespaces}
            value={namespace}
            onChange={setNamespace}
          />
          <TextInput
            label={t('identity.value')}
            style={{ flex: '1 1 180px' }}
            required
            maxLength={512}
            value={value}
            onChange={event => setValue(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={add.isPending} disabled={value.trim() === ''}>
            {t('identity.add')}
          </Button>
        </Group>
        {isConflict(add.error) && add.variables !== undefined ? (
          <Conflict profile={profile} identity={add.variables} onMerged={forget} />
        ) : (
          <ProblemNote error={add.error} />
        )}
      </Stack>
    </form>
  )
}

/** The part. */
export const IdentitiesPart = ({ profile }: { profile: Profile }) => {
  const t = useT()
  return (
    <section className="panel pad" aria-label={t('people.identities')}>
      <Title order={2} mb="xs">
        {t('people.identities')}
      </Title>
      <Stack gap={6} mb="sm">
        {profile.identities.map(one => (
          <Row key={`${one.namespace} ${one.value}`} profile={profile} identity={one} />
        ))}
      </Stack>
      <AddForm profile={profile} />
      <Text size="sm" mt="sm">
        <Link to="/executions/why" search={profile.identities[0] ?? {}} className="link">
          {t('people.why')}
        </Link>
      </Text>
    </section>
  )
}
