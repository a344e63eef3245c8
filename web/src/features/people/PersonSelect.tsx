/** Chooses a person, found by name among the newest or by the beginning of an identity. */
import type { Profile } from '@carillon/contract'
import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { useApi } from '../session/session.tsx'
import { labelOf } from './names.ts'

const REST_MS = 250
const MOST = 50
const KNOWN_MS = 10_000

const usePeople = (search: string, test: boolean) => {
  const api = useApi()
  return useQuery({
    queryKey: ['profiles', 'choose', test, search],
    queryFn: () =>
      api.profiles.list({
        limit: MOST,
        ...(test ? { test } : {}),
        ...(search === '' ? {} : { search }),
      }),
    placeholderData: before => before,
    staleTime: KNOWN_MS,
  })
}

interface PersonSelectProps {
  readonly label: string
  readonly person: Profile | null
  /** Test profiles alone; the field is then a small one without a label above, and can be emptied. */
  readonly test?: boolean
  readonly placeholder?: string
  /** The id of a person who cannot be chosen. */
  readonly without?: string
  readonly onChange: (person: Profile | null) => void
}

const useFound = ({ person, without, test = false }: PersonSelectProps, typed: string): Profile[] => {
  const chosen = person === null ? '' : labelOf(person)
  const [search] = useDebouncedValue(typed === chosen ? '' : typed.trim(), REST_MS)
  const newest = usePeople('', test).data?.items ?? []
  const found = usePeople(search, test).data?.items ?? []
  // The server searches identities only.
  const named = newest.filter(one => labelOf(one).toLowerCase().includes(search.toLowerCase()))
  const people = [...(person === null ? [] : [person]), ...named, ...found]
  return [...new Map(people.map(one => [one.id, one])).values()].filter(one => one.id !== without)
}

/** The field. */
export const PersonSelect = (props: PersonSelectProps) => {
  const t = useT()
  const [typed, setTyped] = useState('')
  const people = useFound(props, typed)
  const look =
    props.test === true
      ? { size: 'xs', 'aria-label': props.label, clearable: true }
      : { label: props.label, description: t('people.searchFor'), 'data-autofocus': true }
  return (
    <Select
      {...look}
      {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
      searchable
      nothingFoundMessage={t(props.test === true ? 'person.noTestProfile' : 'people.noMatch')}
      // What is here was found already.
      filter={({ options }) => options}
      data={people.map(one => ({ value: one.id, label: labelOf(one) }))}
      value={props.person?.id ?? null}
      onSearchChange={setTyped}
      onChange={id => props.onChange(people.find(one => one.id === id) ?? null)}
    />
  )
}
