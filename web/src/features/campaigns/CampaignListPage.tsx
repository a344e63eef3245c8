/** The list of campaigns: dense, filtered by the URL, every total opens into its list. */
import { Button, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { CampaignTable } from './CampaignTable.tsx'
import { useCampaignList, useCreateCampaign } from './campaign-queries.ts'
import { isStatus, STATUSES } from './campaign-status.tsx'
import { type CampaignFilters, readCampaignFilters } from './filters.ts'

const Filters = (props: {
  filters: CampaignFilters
  onChange: (filters: Record<string, unknown>) => void
}) => {
  const t = useT()
  return (
    <div style={{ display: 'flex', gap: 8, marginBottom: 12, flexWrap: 'wrap' }}>
      <SearchField
        label={t('campaigns.searchFor')}
        value={props.filters.search}
        onChange={search => props.onChange({ ...props.filters, search })}
      />
      <Select
        aria-label={t('campaigns.status')}
        placeholder={t('campaigns.anyStatus')}
        clearable
        w={170}
        data={STATUSES.map(value => ({ value, label: t(`status.${value}`) }))}
        value={props.filters.status ?? null}
        onChange={status =>
          props.onChange({ ...props.filters, status: isStatus(status) ? status : undefined })
        }
      />
    </div>
  )
}

/** The page. */
export const CampaignListPage = () => {
  const t = useT()
  const filters = useSearch({ from: '/app/campaigns' })
  const navigate = useNavigate()
  const list = useCampaignList(filters)
  const create = useCreateCampaign()
  const narrow = (raw: Record<string, unknown>) =>
    void navigate({ to: '/campaigns', search: readCampaignFilters(raw), replace: true })
  const filtered = filters.search !== undefined || filters.status !== undefined
  const newButton = (
    <Button leftSection={<IconPlus size={16} />} loading={create.isPending} onClick={() => create.mutate()}>
      {t('campaigns.new')}
    </Button>
  )
  return (
    <>
      <PageHead title={t('nav.campaigns')}>{newButton}</PageHead>
      <Filters filters={filters} onChange={narrow} />
      <ProblemNote error={create.error} />
      <PagedList
        list={list}
        empty={
          filtered ? (
            <EmptyNote title={t('campaigns.noMatch')} text={t('campaigns.noMatchDo')}>
              <Button variant="default" onClick={() => narrow({})}>
                {t('campaigns.clear')}
              </Button>
            </EmptyNote>
          ) : (
            <EmptyNote title={t('campaigns.empty')} text={t('campaigns.emptyDo')} />
          )
        }
      >
        {rows => <CampaignTable rows={rows} />}
      </PagedList>
    </>
  )
}
