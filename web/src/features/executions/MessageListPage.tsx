/** Messages of all executions: the list that every total of the campaign list opens into. */
import { Button } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { useMessageList } from './execution-queries.ts'
import type { MessageFilters } from './filters.ts'
import { MessageTable } from './MessageTable.tsx'
import { reasonText } from './message-state.tsx'
import { StateFilter } from './StateFilter.tsx'

const Scope = ({ filters }: { filters: MessageFilters }) => {
  const t = useT()
  const { campaignId, executionId, reason } = filters
  return (
    <>
      {campaignId !== undefined && <span className="tag">{t('exec.ofCampaign')}</span>}
      {executionId !== undefined && (
        <Link
          to="/executions/$executionId"
          params={{ executionId }}
          search={{}}
          className="tag"
          title={executionId}
        >
          {t('msg.ofExecution')}
        </Link>
      )}
      {reason !== undefined && <span className="tag">{reasonText(t, reason, null)}</span>}
    </>
  )
}

/** The page. */
export const MessageListPage = () => {
  const t = useT()
  const filters = useSearch({ from: '/app/messages' })
  const navigate = useNavigate()
  const list = useMessageList(filters)
  const { state, ...rest } = filters
  const narrowed = Object.keys(rest).length > 0
  const narrow = (search: MessageFilters) => void navigate({ to: '/messages', search, replace: true })
  return (
    <>
      <PageHead title={t('nav.messages')} beside={<Scope filters={filters} />}>
        {narrowed && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => narrow(state === undefined ? {} : { state })}
          >
            {t('campaigns.clear')}
          </Button>
        )}
      </PageHead>
      <StateFilter
        value={state}
        onChange={next => narrow({ ...rest, ...(next === undefined ? {} : { state: next }) })}
      />
      <PagedList list={list} empty={<EmptyNote title={t('msg.none')} text={t('msg.noneDo')} />}>
        {rows => <MessageTable rows={rows} withCampaign />}
      </PagedList>
    </>
  )
}
