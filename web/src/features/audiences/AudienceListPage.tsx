/** Audiences: sets of people, by a rule or uploaded. */
import type { Audience } from '@carillon/contract'
import { Button, SegmentedControl, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { opensRow } from '../../ui/row.ts'
import { SearchField } from '../../ui/SearchField.tsx'
import { Time } from '../../ui/Time.tsx'
import { PeopleTabs } from '../people/PeopleTabs.tsx'
import { useApi } from '../session/session.tsx'
import { useAudienceList } from './audience-queries.ts'

const Row = ({ row }: { row: Audience }) => {
  const { t, formats } = useSpeech()
  const navigate = useNavigate()
  const place = { to: '/people/audiences/$id', params: { id: row.id } } as const
  return (
    <tr className="opens" onClick={opensRow(() => void navigate(place))}>
      <td>
        <Link {...place} className="strong">
          {row.name}
        </Link>
      </td>
      <td>{t(`audience.kind.${row.kind}`)}</td>
      <td className="break">{row.description}</td>
      <td className="num">{row.memberCount === null ? '' : formats.number(row.memberCount)}</td>
      <td className="num">
        <Time at={row.modifiedAt} />
      </td>
    </tr>
  )
}

const NewAudience = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Audience['kind']>('rule')
  const make = useMutation({
    mutationFn: () => api.audiences.create({ kind, name }),
    onSuccess: async audience => {
      await queries.invalidateQueries({ queryKey: ['audiences'] })
      await navigate({ to: '/people/audiences/$id', params: { id: audience.id } })
    },
  })
  return (
    <FormDialog
      title={t('audience.new')}
      action={t('audience.make')}
      deed={make}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextInput
        required
        data-autofocus
        maxLength={200}
        label={t('campaigns.name')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <SegmentedControl
        aria-label={t('audience.kind')}
        value={kind}
        data={(['rule', 'upload'] as const).map(value => ({ value, label: t(`audience.kind.${value}`) }))}
        onChange={value => setKind(value)}
      />
      <Text size="xs" c="dimmed">
        {t(`audience.kindHint.${kind}`)}
      </Text>
    </FormDialog>
  )
}

const Table = ({ rows }: { rows: readonly Audience[] }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('campaigns.name')}</th>
            <th>{t('audience.kind')}</th>
            <th>{t('prop.description')}</th>
            <th className="num">{t('audience.members')}</th>
            <th className="num">{t('campaigns.modified')}</th>
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

/** The page. */
export const AudienceListPage = () => {
  const t = useT()
  const filter = useSearch({ from: '/app/people/audiences' })
  const navigate = useNavigate()
  const list = useAudienceList(filter)
  const [making, setMaking] = useState(false)
  const narrow = (search: string | undefined) =>
    void navigate({
      to: '/people/audiences',
      search: search === undefined ? {} : { search },
      replace: true,
    })
  const filtered = filter.search !== undefined
  return (
    <>
      <PageHead title={t('nav.people')}>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('audience.new')}
        </Button>
      </PageHead>
      <PeopleTabs />
      <div className="filters">
        <SearchField label={t('campaigns.searchFor')} value={filter.search} onChange={narrow} />
      </div>
      <PagedList
        list={list}
        empty={
          <EmptyNote
            title={t(filtered ? 'audience.noMatch' : 'audience.empty')}
            text={t(filtered ? 'audience.noMatchDo' : 'audience.emptyDo')}
          />
        }
      >
        {rows => <Table rows={rows} />}
      </PagedList>
      {making && <NewAudience onClose={() => setMaking(false)} />}
    </>
  )
}
