/** The members of an uploaded audience, and the files they came from. */
import type { Audience, AudienceMember, AudienceUpload } from '@carillon/contract'
import { Button, Checkbox, FileButton, Group, Progress, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Page } from '../../api.ts'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'

const AGAIN_MS = 1_000

const doneOf = (uploads: Page<AudienceUpload> | undefined): number =>
  uploads?.items.reduce((sum, one) => sum + one.rowsDone, 0) ?? 0

// What was taken up meanwhile shows in the members, and in how many they are.
const useUploads = (id: string) => {
  const api = useApi()
  const queries = useQueryClient()
  const queryKey = ['audiences', id, 'uploads']
  return useQuery({
    queryKey,
    queryFn: async () => {
      const before = queries.getQueryData<Page<AudienceUpload>>(queryKey)
      const uploads = await api.audiences.uploads(id)
      if (before !== undefined && doneOf(before) !== doneOf(uploads))
        void queries.invalidateQueries({
          queryKey: ['audiences', id],
          predicate: query => query.queryKey[2] !== 'uploads',
        })
      return uploads
    },
    refetchInterval: query =>
      query.state.data?.items.some(one => one.state !== 'done') === true ? AGAIN_MS : false,
  })
}

const Upload = ({ upload }: { upload: AudienceUpload }) => {
  const { t, formats } = useSpeech()
  const share = upload.rowsReceived === 0 ? 0 : (100 * upload.rowsDone) / upload.rowsReceived
  return (
    <Stack gap={4}>
      <Text size="sm">
        {t('audience.uploaded', {
          done: formats.number(upload.rowsDone),
          all: formats.number(upload.rowsReceived),
          added: formats.number(upload.added),
          replaced: formats.number(upload.replaced),
          refused: formats.number(upload.refused),
        })}
      </Text>
      {upload.state !== 'done' && <Progress value={share} aria-label={t('audience.uploading')} />}
      {upload.refusals.slice(0, 20).map(one => (
        <Text key={one.line} size="xs" c="dimmed">
          {t('audience.refusedLine', { line: one.line, reason: one.reason })}
        </Text>
      ))}
    </Stack>
  )
}

const NewUpload = ({ audience }: { audience: Audience }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [namespace, setNamespace] = useState('email')
  const [createProfiles, setCreateProfiles] = useState(true)
  const upload = useMutation({
    mutationFn: (file: File) => api.audiences.upload(audience.id, file, { namespace, createProfiles }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audiences', audience.id] }),
  })
  return (
    <Stack gap="xs">
      <Text size="sm">{t('audience.fileHint')}</Text>
      <Group align="flex-end">
        <TextInput
          label={t('prop.namespace')}
          maxLength={100}
          value={namespace}
          onChange={event => setNamespace(event.currentTarget.value)}
        />
        <FileButton
          accept="text/csv,.csv"
          onChange={file => file !== null && upload.mutate(file)}
          inputProps={{ 'aria-label': t('audience.file') }}
        >
          {props => (
            <Button
              {...props}
              leftSection={<IconUpload size={15} />}
              loading={upload.isPending}
              disabled={namespace === ''}
            >
              {t('audience.file')}
            </Button>
          )}
        </FileButton>
      </Group>
      <Checkbox
        label={t('audience.createProfiles')}
        checked={createProfiles}
        onChange={event => setCreateProfiles(event.currentTarget.checked)}
      />
      <ProblemNote error={upload.error} />
    </Stack>
  )
}

const MemberTable = ({ audience, rows }: { audience: Audience; rows: readonly AudienceMember[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('people.identity')}</th>
            {audience.columns.map(column => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.profileId}>
              <td>
                <Link to="/people/$id" params={{ id: row.profileId }} className="link">
                  {row.identities[0]?.value ?? row.profileId}
                </Link>
              </td>
              {audience.columns.map(column => (
                <td key={column} className="break">
                  {String(row.extra?.[column] ?? '')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Members = ({ audience }: { audience: Audience }) => {
  const api = useApi()
  const list = useInfiniteQuery({
    queryKey: ['audiences', audience.id, 'members'],
    queryFn: ({ pageParam }) =>
      api.audiences.members(audience.id, pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  return (
    <PagedList list={list} empty={null}>
      {rows => <MemberTable audience={audience} rows={rows} />}
    </PagedList>
  )
}

/** The part of the page. */
export const UploadPart = ({ audience }: { audience: Audience }) => {
  const t = useT()
  const uploads = useUploads(audience.id)
  return (
    <Stack>
      <section className="panel pad">
        <Title order={2} mb="xs">
          {t('audience.count', { count: audience.memberCount ?? 0 })}
        </Title>
        <NewUpload audience={audience} />
        <Stack gap="sm" mt="sm">
          {uploads.data?.items.map(one => (
            <Upload key={one.id} upload={one} />
          ))}
        </Stack>
      </section>
      <Members audience={audience} />
    </Stack>
  )
}
