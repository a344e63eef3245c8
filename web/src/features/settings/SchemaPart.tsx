/** The schema of the sandbox's profiles: what content may name under `profile`. */
import type { ProfileSchema } from '@carillon/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Json } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { SchemaField } from '../schemas/SchemaField.tsx'
import { schemaMistakes } from '../schemas/schema-tools.ts'
import { useApi } from '../session/session.tsx'

const KEY = ['profile-schema'] as const
const EMPTY: Json = { type: 'object', properties: {} }

const Remove = (props: { pending: boolean; error: unknown; onRemove: () => void }) => {
  const t = useT()
  const [asked, setAsked] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('schema.removeProfile')}
      </Button>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('schema.removeTitle')}
        text={t('schema.removeText')}
        action={t('schema.remove')}
        danger
        pending={props.pending}
        error={props.error}
        onConfirm={props.onRemove}
      />
    </>
  )
}

const Form = ({ read, onRemoved }: { read: ProfileSchema; onRemoved: () => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [schema, setSchema] = useState<Json>(read.schema ?? EMPTY)
  const [valid, setValid] = useState(true)
  const save = useMutation({
    mutationFn: (next: Json | null) => api.schemas.putProfile({ schema: next, revision: read.revision }),
    onSuccess: saved => {
      queries.setQueryData(KEY, saved)
      if (saved.schema === null) onRemoved()
    },
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate(schema)
      }}
    >
      <Stack>
        <SchemaField
          label={t('settings.schema')}
          value={schema}
          readOnly={false}
          onChange={setSchema}
          onValid={setValid}
        />
        <ProblemNote error={save.error} />
        <Group>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={!valid || schemaMistakes(schema).length > 0}
          >
            {t('settings.save')}
          </Button>
          {read.schema !== null && (
            <Remove pending={save.isPending} error={save.error} onRemove={() => save.mutate(null)} />
          )}
          <Text size="sm" role="status">
            {save.isSuccess && t('schema.saved')}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

/** The part. A schema that somebody else saved meanwhile is refused by the server, and can be read again. */
export const SchemaPart = () => {
  const t = useT()
  const api = useApi()
  // The field owns its text: a removed schema makes it start over.
  const [removals, setRemovals] = useState(0)
  const query = useQuery({ queryKey: KEY, queryFn: api.schemas.profile, refetchOnWindowFocus: false })
  return (
    <section className="panel pad" style={{ maxWidth: 860 }}>
      <Stack>
        <Text size="sm">{t('schema.profileText')}</Text>
        <Loaded query={query} part>
          {read => <Form key={removals} read={read} onRemoved={() => setRemovals(before => before + 1)} />}
        </Loaded>
      </Stack>
    </section>
  )
}
