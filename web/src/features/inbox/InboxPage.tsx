/** The Inbox: mails of sandbox transports, list left, mail right, read again every 2 s. */
import { Button, Center, Loader, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { useApi } from '../session/session.tsx'
import { readInboxView } from './filters.ts'
import { InboxRows } from './InboxRows.tsx'
import { MailPane } from './MailPane.tsx'

const useInbox = (search: string | undefined) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['inbox', search],
    queryFn: ({ pageParam }) =>
      api.inbox.list({ ...(search && { search }), ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
    refetchInterval: 2_000,
  })
}

const ClearButton = () => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const clear = useMutation({
    mutationFn: api.inbox.clear,
    onSuccess: async () => {
      setAsked(false)
      await navigate({ to: '/inbox', search: {} })
      await queries.invalidateQueries({ queryKey: ['inbox'] })
    },
  })
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={15} />} onClick={() => setAsked(true)}>
        {t('inbox.clear')}
      </Button>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('inbox.clearTitle')}
        text={t('inbox.clearText')}
        action={t('inbox.clearDo')}
        danger
        pending={clear.isPending}
        error={clear.error}
        onConfirm={() => clear.mutate()}
      />
    </>
  )
}

/** The page. */
export const InboxPage = () => {
  const t = useT()
  const view = useSearch({ from: '/app/inbox' })
  const navigate = useNavigate()
  const list = useInbox(view.search)
  const rows = list.data?.pages.flatMap(page => page.items) ?? []
  const empty = list.data !== undefined && rows.length === 0 && view.search === undefined
  const find = (search: string | undefined) =>
    void navigate({ to: '/inbox', search: readInboxView({ ...view, search }), replace: true })
  return (
    <>
      <PageHead title={t('nav.inbox')}>
        <SearchField label={t('app.search')} value={view.search} onChange={find} />
        {!empty && <ClearButton />}
      </PageHead>
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && (
        <Center py={64}>
          <Loader />
        </Center>
      )}
      {empty && view.mail === undefined && <EmptyNote title={t('inbox.empty')} text={t('inbox.emptyDo')} />}
      {list.data && (!empty || view.mail !== undefined) && (
        <div className="inbox" data-open={view.mail !== undefined}>
          <section className="panel inbox-left" aria-label={t('nav.inbox')}>
            <div className="inbox-list">
              <InboxRows rows={rows} view={view} />
              {rows.length === 0 && (
                <Text size="sm" c="dimmed" p="md">
                  {t('inbox.noMatch')}
                </Text>
              )}
              <ListEnd
                more={list.hasNextPage}
                pending={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage()}
              />
            </div>
          </section>
          <section className="panel inbox-right">
            <MailPane view={view} />
          </section>
        </div>
      )}
    </>
  )
}
