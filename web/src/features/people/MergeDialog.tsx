/** Makes another person part of this one: both side by side with what becomes of them, and then the deed. */
import type { MergeDifference, MergeResult, Profile } from '@carillon/contract'
import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { labelOf } from './names.ts'
import { PersonSelect } from './PersonSelect.tsx'
import { useForgetPerson, useMergeRule } from './person-queries.ts'

const shown = (value: unknown): string =>
  value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value)

const Row = ({ one }: { one: MergeDifference }) => {
  const same = (value: unknown) => JSON.stringify(value) === JSON.stringify(one.result)
  return (
    <tr>
      <th scope="row">
        {/* A long path breaks between its names. */}
        {one.path.join('.').replaceAll('.', '.\u200b')}
      </th>
      <td className="break" data-wins={same(one.into)}>
        {shown(one.into)}
      </td>
      <td className="break" data-wins={same(one.from)}>
        {shown(one.from)}
      </td>
      <td className="break">{shown(one.result)}</td>
    </tr>
  )
}

const SideBySide = (props: { into: Profile; from: Profile; preview: MergeResult }) => {
  const t = useT()
  const { into, from, preview } = props
  const ids = (person: Profile) => person.identities.map(one => one.value).join(', ')
  return (
    <Stack gap="xs">
      <Text size="sm">
        {t('merge.wins', { name: labelOf(preview.preferredId === into.id ? into : from) })}{' '}
        {t('merge.refusals')}
      </Text>
      <div className="table-wrap panel">
        <table className="dense merge">
          <thead>
            <tr>
              <th aria-label={t('people.attributes')} />
              <th>{t('merge.this')}</th>
              <th>{t('merge.other')}</th>
              <th>{t('merge.result')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('people.identities')}</th>
              <td className="break">{ids(into)}</td>
              <td className="break">{ids(from)}</td>
              <td className="break">{ids(preview.profile)}</td>
            </tr>
            {preview.differences.map(one => (
              <Row key={JSON.stringify(one.path)} one={one} />
            ))}
          </tbody>
        </table>
      </div>
      {preview.differences.length === 0 && <Text size="sm">{t('merge.same')}</Text>}
    </Stack>
  )
}

const usePreview = (into: string, from: string | undefined) => {
  const api = useApi()
  // Another rule is another result: it is asked first, and again when somebody comes back to the page.
  const rule = useMergeRule()
  return useQuery({
    queryKey: ['merge', into, from, rule.data],
    queryFn: () => api.person.merge(into, from ?? '', true),
    enabled: from !== undefined && !rule.isFetching,
    gcTime: 0,
    retry: false,
  })
}

const useMerge = (into: Profile, onDone: () => void) => {
  const api = useApi()
  const queries = useQueryClient()
  const forget = useForgetPerson()
  return useMutation({
    mutationFn: (from: string) => api.person.merge(into.id, from, false),
    onSuccess: (_, from) => {
      onDone()
      // The dialog is still there for a moment, and would ask what would become of somebody who is gone.
      queries.removeQueries({ queryKey: ['merge'] })
      return forget(from)
    },
  })
}

/** The dialog; `with` is the other person, where that is known already; `onMerged` is told before it closes. */
export const MergeDialog = (props: {
  into: Profile
  with: Profile | null
  onMerged?: () => void
  onClose: () => void
}) => {
  const t = useT()
  const { into, onClose } = props
  const [from, setFrom] = useState(props.with)
  const preview = usePreview(into.id, from?.id)
  const merge = useMerge(into, () => {
    props.onMerged?.()
    onClose()
  })
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} title={t('merge.title')} size="xl" centered>
      <Stack>
        {props.with === null && (
          <PersonSelect label={t('merge.with')} person={from} without={into.id} onChange={setFrom} />
        )}
        <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />
        {from !== null && preview.isPending && <Loader size="sm" />}
        {from !== null && preview.data && (
          <>
            <Text size="sm">
              <Link to="/people/$id" params={{ id: from.id }} className="link" target="_blank">
                {labelOf(from)}
              </Link>{' '}
              {t('merge.becomes', { name: labelOf(into) })}
            </Text>
            <SideBySide into={into} from={from} preview={preview.data} />
            <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />}>
              {t('merge.final')}
            </Alert>
          </>
        )}
        <ProblemNote error={merge.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button
            color="red.8"
            disabled={from === null || preview.data === undefined}
            loading={merge.isPending}
            onClick={() => from !== null && merge.mutate(from.id)}
          >
            {t('merge.do')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** The button of the page: the other person is chosen in the dialog. */
export const MergeDeed = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('merge.open')}
      </Button>
      {open && <MergeDialog into={profile} with={null} onClose={() => setOpen(false)} />}
    </>
  )
}
