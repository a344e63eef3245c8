/** One of the lists with its search, its filters and its end. */
import { SUPPRESSION_CATEGORIES, SUPPRESSION_REASONS, SUPPRESSION_TYPES } from '@carillon/contract'
import { Select } from '@mantine/core'
import { useState } from 'react'
import type { SuppressionFilter } from '../../api-suppression.ts'
import { useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { EntryTable } from './EntryTable.tsx'
import { type ListKind, useEntries } from './suppression-queries.ts'

interface FilterProps {
  readonly kind: ListKind
  readonly filter: SuppressionFilter
  readonly onChange: (filter: SuppressionFilter) => void
}

const set = <K extends keyof SuppressionFilter>(
  filter: SuppressionFilter,
  name: K,
  value: SuppressionFilter[K] | undefined,
): SuppressionFilter => {
  const { [name]: _, ...rest } = filter
  return value === undefined ? rest : { ...rest, [name]: value }
}

const Filters = ({ kind, filter, onChange }: FilterProps) => {
  const t = useT()
  return (
    <div className="filters">
      <SearchField
        label={t('supp.search')}
        value={filter.search}
        onChange={search => onChange(set(filter, 'search', search))}
      />
      {kind === 'suppressions' && (
        <>
          <Select
            aria-label={t('supp.category')}
            placeholder={t('supp.category')}
            clearable
            w={170}
            data={SUPPRESSION_CATEGORIES.map(value => ({ value, label: t(`supp.category.${value}`) }))}
            value={filter.category ?? null}
            onChange={value => onChange(set(filter, 'category', value ?? undefined))}
          />
          <Select
            aria-label={t('supp.reason')}
            placeholder={t('supp.reason')}
            clearable
            w={200}
            data={SUPPRESSION_REASONS.map(value => ({ value, label: t(`supp.reason.${value}`) }))}
            value={filter.reason ?? null}
            onChange={value => onChange(set(filter, 'reason', value ?? undefined))}
          />
        </>
      )}
      <Select
        aria-label={t('supp.type')}
        placeholder={t('supp.type')}
        clearable
        w={150}
        data={SUPPRESSION_TYPES.map(value => ({ value, label: t(`supp.type.${value}`) }))}
        value={filter.type ?? null}
        onChange={value => onChange(set(filter, 'type', value ?? undefined))}
      />
    </div>
  )
}

/** The list. */
export const EntryList = ({ kind }: { kind: ListKind }) => {
  const t = useT()
  const [filter, setFilter] = useState<SuppressionFilter>({})
  const list = useEntries(kind, filter)
  const isFiltered = Object.keys(filter).length > 0
  return (
    <div>
      <Filters kind={kind} filter={filter} onChange={setFilter} />
      <PagedList
        list={list}
        empty={
          <EmptyNote
            title={t(isFiltered ? 'supp.noMatch' : `supp.${kind}.empty`)}
            text={t(isFiltered ? 'supp.noMatchDo' : `supp.${kind}.emptyDo`)}
          />
        }
      >
        {rows => <EntryTable kind={kind} entries={rows} />}
      </PagedList>
    </div>
  )
}
