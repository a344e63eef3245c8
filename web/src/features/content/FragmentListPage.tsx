/** The list of fragments: filtered by the URL, rows that open. */

import { FRAGMENT_STATUSES } from '@carillon/contract'
import { Button, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { ContentHead } from './ContentHead.tsx'
import { FragmentTable } from './FragmentTable.tsx'
import { type FragmentFilters, readFragmentFilters } from './filters.ts'
import { useFragmentList } from './fragment-queries.ts'
import { NewFragment } from './NewFragment.tsx'

const Filters = (props: {
  filters: FragmentFilters
  onChange: (filters: Record<string, unknown>) => void
}) => {
  const t = useT()
  return (
    <div className="filters">
      <SearchField
        label={t('fragments.searchFor')}
        value={props.filters.search}
        onChange={search => props.onChange({ ...props.filters, search })}
      />
      <Select
        aria-label={t('campaigns.status')}
        placeholder={t('fragments.anyStatus')}
        clearable
        w={190}
        data={FRAGMENT_STATUSES.map(value => ({ value, label: t(`status.${value}`) }))}
        value={props.filters.status ?? null}
        onChange={status => props.onChange({ ...props.filters, status })}
      />
    </div>
  )
}

const Nothing = (props: { filtered: boolean; onClear: () => void }) => {
  const t = useT()
  if (!props.filtered) return <EmptyNote title={t('fragments.empty')} text={t('fragments.emptyDo')} />
  return (
    <EmptyNote title={t('fragments.noMatch')} text={t('campaigns.noMatchDo')}>
      <Button variant="default" onClick={props.onClear}>
        {t('campaigns.clear')}
      </Button>
    </EmptyNote>
  )
}

/** The page. */
export const FragmentListPage = () => {
  const t = useT()
  const filters = useSearch({ from: '/app/content' })
  const navigate = useNavigate()
  const list = useFragmentList(filters)
  const [making, setMaking] = useState(false)
  const narrow = (raw: Record<string, unknown>) =>
    void navigate({ to: '/content', search: readFragmentFilters(raw), replace: true })
  return (
    <>
      <ContentHead>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('fragments.new')}
        </Button>
      </ContentHead>
      <Filters filters={filters} onChange={narrow} />
      <PagedList
        list={list}
        empty={
          <Nothing
            filtered={filters.search !== undefined || filters.status !== undefined}
            onClear={() => narrow({})}
          />
        }
      >
        {rows => <FragmentTable rows={rows} />}
      </PagedList>
      {making && <NewFragment onClose={() => setMaking(false)} />}
    </>
  )
}
