/** Chooses a person, found by the beginning of an identity. */
import type { Profile } from '@carillon/contract'
import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { useApi } from '../session/session.tsx'
import { labelOf } from './names.ts'

const REST_MS = 250
const MOST = 20

/** The field; `without` is a person who cannot be chosen. */
export const PersonSelect = (props: {
  label: string
  person: Profile | null
  without: string
  onChange: (person: Profile | null) => void
}) => {
  const t = useT()
  const api = useApi()
  const [typed, setTyped] = useState('')
  const chosen = props.person === null ? '' : labelOf(props.person)
  const [search] = useDebouncedValue(typed === chosen ? '' : typed.trim(), REST_MS)
  const found = useQuery({
    queryKey: ['profiles', 'choose', search],
    queryFn: () => api.profiles.list({ limit: MOST, ...(search === '' ? {} : { search }) }),
    placeholderData: before => before,
  })
  const people = new Map(
    [...(props.person === null ? [] : [props.person]), ...(found.data?.items ?? [])]
      .filter(one => one.id !== props.without)
      .map(one => [one.id, one]),
  )
  return (
    <Select
      label={props.label}
      description={t('people.searchFor')}
      searchable
      data-autofocus
      nothingFoundMessage={t('people.noMatch')}
      // The server has searched already.
      filter={({ options }) => options}
      data={[...people.values()].map(one => ({ value: one.id, label: labelOf(one) }))}
      value={props.person?.id ?? null}
      onSearchChange={setTyped}
      onChange={id => props.onChange(id === null ? null : (people.get(id) ?? null))}
    />
  )
}
