/** Dead letters: what failed for good or is unknown, why, and what a person makes of it. */
import { Button, Center, Group, Loader, Stack, Text } from '@mantine/core'
import { IconRefresh, IconTrash } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { DeadLetterDeed, type ManyDeed } from './DeadLetterDeed.tsx'
import { DeadLetterExport } from './DeadLetterExport.tsx'
import { DeadLetterFilters } from './DeadLetterFilters.tsx'
import { DeadLetterGroups } from './DeadLetterGroups.tsx'
import { DeadLetterTable } from './DeadLetterTable.tsx'
import { useDeadLetters } from './dead-letter-queries.ts'
import { type DeadLetterView, filterOf, readDeadLetterView } from './dead-letters.ts'
import { ExecutionsHead, useDeadLetterSummary } from './ExecutionsHead.tsx'

const Deeds = (props: {
  view: DeadLetterView
  chosen: readonly string[]
  ask: (asked: ManyDeed) => void
}) => {
  const t = useT()
  const { view, chosen, ask } = props
  const some = chosen.length > 0
  const target = some ? { messageIds: chosen.slice(0, 1_000) } : { filter: filterOf(view) }
  // A filter never means discarded ones: they are chosen one by one.
  const possible = some || view.discarded !== true
  return (
    <Group gap="xs" mb="xs">
      {possible && (
        <>
          <Button
            size="compact-sm"
            leftSection={<IconRefresh size={15} />}
            onClick={() => ask({ deed: 'redrive', target })}
          >
            {t(some ? 'deed.again' : 'dead.againAll')}
          </Button>
          {view.discarded !== true && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconTrash size={15} />}
              onClick={() => ask({ deed: 'discard', target })}
            >
              {t(some ? 'deed.discard' : 'dead.discardAll')}
            </Button>
          )}
        </>
      )}
      <DeadLetterExport view={view} />
      {some && <Text size="sm">{t('dead.selected', { count: chosen.length })}</Text>}
    </Group>
  )
}

const useChoice = () => {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const choose = (ids: readonly string[], on: boolean) =>
    setChosen(before => {
      const rest = [...before].filter(id => !ids.includes(id))
      return new Set(on ? [...rest, ...ids] : rest)
    })
  return { chosen, choose, clear: () => setChosen(new Set()) }
}

const List = ({ view }: { view: DeadLetterView }) => {
  const t = useT()
  const navigate = useNavigate()
  const list = useDeadLetters(view)
  const { chosen, choose, clear } = useChoice()
  const [asked, setAsked] = useState<ManyDeed | null>(null)
  const rows = list.data?.pages.flatMap(page => page.items) ?? []
  const shown = rows.map(row => row.messageId).filter(id => chosen.has(id))
  const filtered = Object.keys(view).length > 0
  return (
    <>
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && (
        <Center py={64}>
          <Loader />
        </Center>
      )}
      {rows.length > 0 && <Deeds view={view} chosen={shown} ask={setAsked} />}
      {rows.length > 0 && <DeadLetterTable rows={rows} chosen={chosen} choose={choose} />}
      {list.data && rows.length === 0 && (
        <EmptyNote
          title={t(filtered ? 'dead.noMatch' : 'dead.none')}
          text={t(filtered ? 'dead.noMatchDo' : 'dead.noneDo')}
        >
          {filtered && (
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/executions/dead-letters', search: {}, replace: true })}
            >
              {t('campaigns.clear')}
            </Button>
          )}
        </EmptyNote>
      )}
      <ListEnd
        more={list.hasNextPage}
        pending={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
      {asked !== null && (
        <DeadLetterDeed
          asked={asked}
          onClose={() => {
            setAsked(null)
            clear()
          }}
        />
      )}
    </>
  )
}

/** The page. */
export const DeadLetterPage = () => {
  const t = useT()
  const view = useSearch({ from: '/app/executions/dead-letters' })
  const navigate = useNavigate()
  const summary = useDeadLetterSummary()
  const narrow = (raw: Record<string, unknown>) =>
    void navigate({ to: '/executions/dead-letters', search: readDeadLetterView(raw), replace: true })
  return (
    <>
      <ExecutionsHead />
      <Stack gap="md">
        <Text size="sm">{t('dead.text')}</Text>
        <ProblemNote error={summary.error} onRetry={() => void summary.refetch()} />
        {summary.data && summary.data.groups.length > 0 && <DeadLetterGroups summary={summary.data} />}
        <div>
          <DeadLetterFilters view={view} onChange={narrow} />
          <List key={JSON.stringify(view)} view={view} />
        </div>
      </Stack>
    </>
  )
}
