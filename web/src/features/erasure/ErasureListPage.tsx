/** Who was erased, as far as it is known: when, by whom, and the certificates. */
import type { Erasure } from '@carillon/contract'
import { Button, Stack } from '@mantine/core'
import { IconCheck, IconLoader } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { Time } from '../../ui/Time.tsx'
import { PeopleTabs } from '../people/PeopleTabs.tsx'
import { ByIdentity } from './ByIdentity.tsx'
import { CertificateButton } from './ErasureProgress.tsx'
import { LookUp, Verify } from './ErasureQuestions.tsx'
import { useErasures } from './erasure-queries.ts'

const State = ({ row }: { row: Erasure }) => {
  const t = useT()
  return row.state === 'finished' ? (
    <Chip tone="green" icon={IconCheck}>
      {t('erasure.state.finished')}
    </Chip>
  ) : (
    <>
      <Chip tone="blue" icon={IconLoader}>
        {t('erasure.state.running')}
      </Chip>{' '}
      {t(`erasure.phase.${row.phase}`)}
    </>
  )
}

const Table = ({ rows }: { rows: readonly Erasure[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('erasure.requested')}</th>
            <th>{t('erasure.by')}</th>
            <th>{t('erasure.state')}</th>
            <th>{t('erasure.certificate')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.id}>
              <td>
                <Time at={row.requestedAt} />
              </td>
              <td>{row.requestedBy}</td>
              <td>
                <State row={row} />
              </td>
              <td>
                {row.certificate !== null && (
                  <>
                    <CertificateButton certificate={row.certificate} />{' '}
                    {t('erasure.hashes', { count: row.certificate.hashes.length })}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The page. */
export const ErasureListPage = () => {
  const t = useT()
  const list = useErasures()
  const [asked, setAsked] = useState(false)
  return (
    <>
      <PageHead title={t('nav.people')}>
        <Button variant="default" onClick={() => setAsked(true)}>
          {t('erasure.byIdentity')}
        </Button>
      </PageHead>
      <PeopleTabs />
      <Stack>
        <LookUp />
        <div>
          <PagedList list={list} empty={<EmptyNote title={t('erasure.empty')} text={t('erasure.emptyDo')} />}>
            {rows => <Table rows={rows} />}
          </PagedList>
        </div>
        <Verify />
      </Stack>
      {asked && <ByIdentity onClose={() => setAsked(false)} />}
    </>
  )
}
