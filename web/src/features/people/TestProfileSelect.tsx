/** Chooses a test profile, found by name or by the beginning of an identity. */
import type { Profile } from '@carillon/contract'
import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { useRemembered } from '../../ui/remembered.ts'
import { useApi, useSandbox } from '../session/session.tsx'
import { labelOf } from './names.ts'

const REST_MS = 250
const MOST = 50

const useTestProfiles = (search: string) => {
  const api = useApi()
  return useQuery({
    queryKey: ['profiles', 'test', search],
    queryFn: () =>
      api.profiles.list({
        test: true,
        limit: MOST,
        ...(search.trim() === '' ? {} : { search: search.trim() }),
      }),
    placeholderData: before => before,
    staleTime: 10_000,
  })
}

// The one that is chosen may be far down the list, or no test profile any more.
const useChosen = (id: string | null) => {
  const api = useApi()
  return useQuery({
    queryKey: ['profile', id],
    queryFn: () => api.profiles.get(id ?? ''),
    enabled: id !== null,
    retry: false,
  })
}

/** The test profile this browser previews with, in this sandbox; null: the sample data. Who is gone is forgotten. */
export const usePreviewAs = () => {
  const [sandbox] = useSandbox()
  const [id, choose] = useRemembered(`carillon.previewAs.${sandbox}`)
  const chosen = useChosen(id)
  const gone = chosen.isError || (chosen.data !== undefined && chosen.data.attributes['testProfile'] !== true)
  return { person: gone || id === null ? null : (chosen.data ?? null), waits: chosen.isLoading, choose }
}

/** The field; `person` null: the sample data. */
export const TestProfileSelect = (props: {
  label: string
  placeholder: string
  person: Profile | null
  onChange: (person: Profile | null) => void
}) => {
  const t = useT()
  const { person } = props
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(person !== null && typed === labelOf(person) ? '' : typed, REST_MS)
  const first = useTestProfiles('')
  const found = useTestProfiles(search)
  const people = new Map(
    [...(person === null ? [] : [person]), ...(first.data?.items ?? []), ...(found.data?.items ?? [])].map(
      one => [one.id, one],
    ),
  )
  return (
    <Select
      size="xs"
      aria-label={props.label}
      placeholder={props.placeholder}
      searchable
      clearable
      nothingFoundMessage={t('person.noTestProfile')}
      data={[...people.values()].map(one => ({ value: one.id, label: labelOf(one) }))}
      value={person?.id ?? null}
      onSearchChange={setTyped}
      onChange={id => props.onChange(id === null ? null : (people.get(id) ?? null))}
    />
  )
}
