/** Beside a fragment: the content that uses it, and its published versions. */

import type { ContentUse, Fragment, FragmentVersion } from '@carillon/contract'
import { Loader, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { isKey } from '../../i18n/translate.ts'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { Time } from '../../ui/Time.tsx'
import { useApi } from '../session/session.tsx'
import { useReferences } from './fragment-queries.ts'

const UseLink = ({ use }: { use: ContentUse }) =>
  use.kind === 'campaign' ? (
    <Link to="/campaigns/$id" params={{ id: use.id }} search={{ tab: 'content' }} className="strong">
      {use.name}
    </Link>
  ) : (
    <Link to="/content/fragments/$id" params={{ id: use.id }} className="strong">
      {use.name}
    </Link>
  )

const UseRow = ({ use }: { use: ContentUse }) => {
  const t = useT()
  const status = `status.${use.status}`
  const where = use.inLive ? (use.inDraft ? 'fragments.inBoth' : 'fragments.inLive') : 'fragments.inDraft'
  return (
    <tr>
      <td className="break">
        <UseLink use={use} />
        <div className="row-note">{t(use.kind === 'campaign' ? 'exec.campaign' : 'fragments.one')}</div>
      </td>
      <td>{isKey(status) ? t(status) : use.status}</td>
      <td>{t(where)}</td>
    </tr>
  )
}

const Uses = ({ id }: { id: string }) => {
  const t = useT()
  const uses = useReferences(id)
  const items = uses.data?.items ?? []
  return (
    <section className="panel pad">
      <Title order={2} mb="xs">
        {t('fragments.usedBy')}
      </Title>
      {uses.isPending && <Loader size="sm" />}
      <ProblemNote error={uses.error} onRetry={() => void uses.refetch()} />
      {uses.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('fragments.unused')}
        </Text>
      )}
      {items.length > 0 && (
        <div className="table-wrap">
          <table className="dense">
            <tbody>
              {items.map(use => (
                <UseRow key={use.kind + use.id} use={use} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {uses.data?.next != null && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('fragments.moreUses')}
        </Text>
      )}
    </section>
  )
}

const Version = ({ version }: { version: FragmentVersion }) => {
  const t = useT()
  return (
    <details className="version">
      <summary>
        {t('exec.version', { n: version.number })} · <Time at={version.createdAt} /> · {version.createdBy}
      </summary>
      <pre className="code wrap">{version.source}</pre>
    </details>
  )
}

const Versions = ({ id }: { id: string }) => {
  const t = useT()
  const api = useApi()
  const list = useInfiniteQuery({
    queryKey: ['fragment-versions', id],
    queryFn: ({ pageParam }) => api.fragments.versions(id, pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  const items = list.data?.pages.flatMap(page => page.items) ?? []
  return (
    <section className="panel pad">
      <Title order={2} mb="xs">
        {t('fragments.versions')}
      </Title>
      {list.isPending && <Loader size="sm" />}
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('fragments.noVersions')}
        </Text>
      )}
      {items.map(version => (
        <Version key={version.id} version={version} />
      ))}
      <ListEnd
        more={list.hasNextPage}
        pending={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </section>
  )
}

/** The column. */
export const FragmentBeside = ({ fragment }: { fragment: Fragment }) => (
  <Stack gap="md">
    <Uses id={fragment.id} />
    <Versions id={fragment.id} />
  </Stack>
)
