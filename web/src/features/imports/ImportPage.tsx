/** One import, as far as it is: on its way, waiting for its mapping, running, or over. */
import type { Import } from '@carillon/contract'
import { Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { Time } from '../../ui/Time.tsx'
import { PeopleTabs } from '../people/PeopleTabs.tsx'
import { useApi } from '../session/session.tsx'
import './imports.css'
import { CountLists } from './CountLists.tsx'
import { useImport, useUpload } from './import-queries.ts'
import { ImportStateChip } from './import-state.tsx'
import { MappingPanel } from './MappingPanel.tsx'
import { ProgressPanel } from './ProgressPanel.tsx'
import { UploadPanel } from './UploadPanel.tsx'

const About = ({ one }: { one: Import }) => {
  const { t, formats } = useSpeech()
  const { mapping } = one
  return (
    <section className="panel pad">
      <Facts
        facts={[
          [t('import.format'), t(`import.format.${one.format}`)],
          [t('import.size'), formats.bytes(one.size ?? one.bytes)],
          [t('exec.by'), one.createdBy],
          [t('exec.created'), <Time key="c" at={one.createdAt} />],
          [t('import.started'), one.startedAt && <Time key="s" at={one.startedAt} />],
          [t('exec.finished'), one.finishedAt && <Time key="f" at={one.finishedAt} />],
          [t('import.conflict'), mapping && t(`import.conflict.${mapping.onConflict}`)],
        ]}
      />
    </section>
  )
}

const Remove = ({ one }: { one: Import }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return (
    <RemoveDeed
      label={t('people.remove')}
      title={t('campaigns.deleteTitle', { name: one.name })}
      text={t('import.removeText')}
      action={t('people.removeDo')}
      remove={async () => {
        await api.imports.remove(one.id)
        await navigate({ to: '/people/imports' })
        await queries.invalidateQueries({ queryKey: ['imports'] })
      }}
    />
  )
}

const Body = ({ one }: { one: Import }) => {
  const { show } = useSearch({ from: '/app/people/imports/$id' })
  if (one.state === 'uploading') return <UploadPanel one={one} />
  if (one.state === 'uploaded') return <MappingPanel one={one} />
  return (
    <>
      {one.state === 'running' && <ProgressPanel one={one} />}
      {one.mapping !== null && <CountLists one={one} show={show} />}
    </>
  )
}

// A file that the server refused left nothing: what it said is all that there is to show.
const RefusedFile = ({ error }: { error: unknown }) => {
  const t = useT()
  return (
    <Stack data-upload="refused">
      <ProblemNote error={error} />
      <Link to="/people/imports" className="link">
        {t('import.back')}
      </Link>
    </Stack>
  )
}

/** The page. */
export const ImportPage = () => {
  const t = useT()
  const { id } = useParams({ from: '/app/people/imports/$id' })
  const query = useImport(id)
  const upload = useUpload(id)
  const one = query.data
  const isOver = one !== undefined && ['done', 'cancelled', 'failed'].includes(one.state)
  return (
    <>
      <PageHead
        title={one?.name ?? t('people.imports')}
        beside={one && <ImportStateChip state={one.state} />}
      >
        {isOver && <Remove one={one} />}
      </PageHead>
      <PeopleTabs />
      {query.isError && upload?.status === 'failed' ? (
        <RefusedFile error={upload.error} />
      ) : (
        <Loaded query={query}>
          {read => (
            <Stack>
              <Body key={read.state} one={read} />
              <About one={read} />
            </Stack>
          )}
        </Loaded>
      )}
    </>
  )
}
