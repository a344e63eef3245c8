/** Imports of people from files, newest first. */
import type { Import } from '@carillon/contract'
import { Button, Group } from '@mantine/core'
import { IconDownload, IconFileUpload } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { opensRow } from '../../ui/row.ts'
import { saveFile } from '../../ui/save-file.ts'
import { Time } from '../../ui/Time.tsx'
import { PeopleTabs } from '../people/PeopleTabs.tsx'
import './imports.css'
import { useImports } from './import-queries.ts'
import { ImportStateChip } from './import-state.tsx'
import { NewImport } from './NewImport.tsx'
import { SAMPLE_FILE, SAMPLE_NAME } from './sample-file.ts'

const shareOf = (one: Import): number | null => {
  if (one.state === 'running') return one.position / one.bytes
  return one.state === 'uploading' && one.size !== null ? one.bytes / one.size : null
}

const Row = ({ row }: { row: Import }) => {
  const { formats } = useSpeech()
  const navigate = useNavigate()
  const place = { to: '/people/imports/$id', params: { id: row.id } } as const
  const share = shareOf(row)
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td className="break" style={{ minWidth: 100 }}>
        <Link {...place} className="strong">
          {row.name}
        </Link>
      </td>
      <td className="nowrap">
        <ImportStateChip state={row.state} /> {share !== null && `${Math.floor(100 * share)} %`}
      </td>
      <td className="num">{row.mapping === null ? '' : formats.number(row.rows)}</td>
      <td className={row.refused === 0 ? 'num zero' : 'num'}>
        {row.mapping === null ? '' : formats.number(row.refused)}
      </td>
      <td className="hide-narrow">{row.createdBy}</td>
      <td className="num hide-narrow">
        <Time at={row.createdAt} />
      </td>
    </tr>
  )
}

const Table = ({ rows }: { rows: readonly Import[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('import.file')}</th>
            <th>{t('exec.state')}</th>
            <th className="num">{t('import.rows')}</th>
            <th className="num">{t('import.count.refused')}</th>
            <th className="hide-narrow">{t('exec.by')}</th>
            <th className="num hide-narrow">{t('exec.created')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Empty = ({ onNew }: { onNew: () => void }) => {
  const t = useT()
  const sample = () => saveFile(SAMPLE_NAME, new Blob([SAMPLE_FILE], { type: 'text/csv' }))
  return (
    <EmptyNote title={t('import.none')} text={t('import.noneDo')}>
      <pre className="code import-sample">{SAMPLE_FILE}</pre>
      <Group justify="center" mt="xs">
        <Button onClick={onNew}>{t('import.new')}</Button>
        <Button variant="default" leftSection={<IconDownload size={15} />} onClick={sample}>
          {t('import.sample')}
        </Button>
      </Group>
    </EmptyNote>
  )
}

/** The page. */
export const ImportListPage = () => {
  const t = useT()
  const list = useImports()
  const [making, setMaking] = useState(false)
  return (
    <>
      <PageHead title={t('nav.people')}>
        <Button leftSection={<IconFileUpload size={16} />} onClick={() => setMaking(true)}>
          {t('import.new')}
        </Button>
      </PageHead>
      <PeopleTabs />
      <PagedList list={list} empty={<Empty onNew={() => setMaking(true)} />}>
        {rows => <Table rows={rows} />}
      </PagedList>
      {making && <NewImport onClose={() => setMaking(false)} />}
    </>
  )
}
