/** The people whom Carillon knows, newest first, found by the beginning of an identity. */
import type { Profile } from '@carillon/contract'
import { Button, TextInput } from '@mantine/core'
import { IconDownload, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import type { Translate } from '../../i18n/translate.ts'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { opensRow } from '../../ui/row.ts'
import { SearchField } from '../../ui/SearchField.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { ExportDialog } from './ExportDialog.tsx'
import './people.css'
import { type PeopleFilters, readPeopleFilters } from './filters.ts'
import { nameOf } from './names.ts'
import { PeopleTabs } from './PeopleTabs.tsx'

const useProfiles = (filter: PeopleFilters) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['profiles', filter],
    queryFn: ({ pageParam }) =>
      api.profiles.list({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
}

const Row = ({ row }: { row: Profile }) => {
  const t = useT()
  const navigate = useNavigate()
  const place = { to: '/people/$id', params: { id: row.id } } as const
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td className="break">
        <Link {...place} className="strong">
          {row.identities.map(one => one.value).join(', ') || row.id}
        </Link>
      </td>
      <td>{nameOf(row.attributes)}</td>
      <td className="hide-narrow">
        {row.identities.map(one => (
          <span key={`${one.namespace} ${one.value}`} className="tag">
            {one.namespace}
          </span>
        ))}
      </td>
      <td>{row.attributes['testProfile'] === true && <span className="tag">{t('people.test')}</span>}</td>
      <td className="num">
        <Time at={row.modifiedAt} />
      </td>
    </tr>
  )
}

const Table = ({ rows }: { rows: readonly Profile[] }) => {
  const { t } = useSpeech()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('people.identity')}</th>
            <th>{t('people.name')}</th>
            <th className="hide-narrow">{t('people.namespaces')}</th>
            <th aria-label={t('people.test')} />
            <th className="num">{t('campaigns.modified')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const NewProfile = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [value, setValue] = useState('')
  const make = useMutation({
    mutationFn: () =>
      api.profiles.create({
        identities: [{ namespace: 'email', value }],
        attributes: { personalEmail: { address: value } },
      }),
    onSuccess: async profile => {
      await queries.invalidateQueries({ queryKey: ['profiles'] })
      await navigate({ to: '/people/$id', params: { id: profile.id } })
    },
  })
  return (
    <FormDialog
      title={t('people.new')}
      action={t('people.make')}
      deed={make}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextInput
        type="email"
        required
        data-autofocus
        label={t('people.email')}
        description={t('people.emailHint')}
        maxLength={320}
        value={value}
        onChange={event => setValue(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

const emptyWords = (t: Translate, { search, test }: PeopleFilters): { title: string; text: string } => {
  if (search !== undefined) return { title: t('people.noMatch'), text: t('people.noMatchDo') }
  if (test === true) return { title: t('person.noTest'), text: t('person.noTestDo') }
  return { title: t('people.empty'), text: t('people.emptyDo') }
}

/** The page. */
export const ProfileListPage = () => {
  const t = useT()
  const filter = useSearch({ from: '/app/people' })
  const navigate = useNavigate()
  const list = useProfiles(filter)
  const [making, setMaking] = useState(false)
  const [exporting, setExporting] = useState(false)
  const { search, test } = filter
  const narrow = (to: { search?: string | undefined; test?: boolean }) =>
    void navigate({ to: '/people', search: readPeopleFilters({ search, test, ...to }), replace: true })
  return (
    <>
      <PageHead title={t('nav.people')}>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => setExporting(true)}>
          {t('export.open')}
        </Button>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('people.new')}
        </Button>
      </PageHead>
      <PeopleTabs />
      <div className="filters">
        <SearchField
          label={t('people.searchFor')}
          value={search}
          onChange={next => narrow({ search: next })}
        />
        <button
          type="button"
          className="filter"
          aria-pressed={test === true}
          onClick={() => narrow({ test: test !== true })}
        >
          {t('person.testProfiles')}
        </button>
      </div>
      <PagedList list={list} empty={<EmptyNote {...emptyWords(t, filter)} />}>
        {rows => <Table rows={rows} />}
      </PagedList>
      {making && <NewProfile onClose={() => setMaking(false)} />}
      {exporting && <ExportDialog filter={filter} onClose={() => setExporting(false)} />}
    </>
  )
}
