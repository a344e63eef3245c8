/** DKIM keys: made here, published by the owner of the domain, activated, rotated, retired. */
import { DKIM_ALGORITHMS, type DkimKey } from '@carillon/contract'
import { Button, Select, Stack, TextInput } from '@mantine/core'
import { IconCircleCheck, IconClock, IconUserOff } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { EmptyNote } from '../../ui/EmptyNote.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { useApi } from '../session/session.tsx'
import { DkimKeyDialogue } from './DkimKeyDialogue.tsx'
import { PartHead } from './PartHead.tsx'

const LOOKS = {
  waiting: { tone: 'amber', icon: IconClock },
  active: { tone: 'green', icon: IconCircleCheck },
  retired: { tone: 'grey', icon: IconUserOff },
} as const

/** Where a key stands. */
export const DkimStatus = ({ status }: { status: DkimKey['status'] }) => {
  const t = useT()
  return (
    <Chip tone={LOOKS[status].tone} icon={LOOKS[status].icon}>
      {t(`dkim.status.${status}`)}
    </Chip>
  )
}

const NewDkimKey = (props: { onClose: () => void; onMade: (key: DkimKey) => void }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [domain, setDomain] = useState('')
  const [selector, setSelector] = useState('')
  const [algorithm, setAlgorithm] = useState<DkimKey['algorithm']>('rsa')
  const create = useMutation({
    mutationFn: () => api.sending.createKey({ domain, algorithm, ...(selector === '' ? {} : { selector }) }),
    onSuccess: key => {
      props.onMade(key)
      return queries.invalidateQueries({ queryKey: ['dkim-keys'] })
    },
  })
  return (
    <FormDialog
      title={t('dkim.new')}
      action={t('settings.create')}
      deed={create}
      onSubmit={() => create.mutate()}
      onClose={props.onClose}
    >
      <TextInput
        label={t('dkim.domain')}
        placeholder="example.com"
        required
        maxLength={253}
        data-autofocus
        value={domain}
        onChange={event => setDomain(event.currentTarget.value.trim())}
      />
      <Select
        label={t('dkim.algorithm')}
        description={t('dkim.algorithmHint')}
        allowDeselect={false}
        data={DKIM_ALGORITHMS.map(value => ({ value, label: t(`dkim.algorithm.${value}`) }))}
        value={algorithm}
        onChange={value => setAlgorithm(DKIM_ALGORITHMS.find(one => one === value) ?? 'rsa')}
      />
      <TextInput
        label={t('dkim.selector')}
        description={t('dkim.selectorHint')}
        maxLength={63}
        value={selector}
        onChange={event => setSelector(event.currentTarget.value.trim().toLowerCase())}
      />
    </FormDialog>
  )
}

const Table = (props: { keys: readonly DkimKey[]; onOpen: (id: string) => void }) => {
  const t = useT()
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('dkim.domain')}</th>
            <th>{t('dkim.selector')}</th>
            <th>{t('dkim.algorithm')}</th>
            <th>{t('channels.status')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {props.keys.map(key => (
            <tr key={key.id}>
              <td style={{ fontWeight: 560 }} className="break">
                {key.domain}
              </td>
              <td className="mono break">{key.selector}</td>
              <td>{t(`dkim.algorithm.${key.algorithm}`)}</td>
              <td>
                <DkimStatus status={key.status} />
              </td>
              <td className="num">
                <Button size="compact-sm" variant="default" onClick={() => props.onOpen(key.id)}>
                  {t('channels.open')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The part. */
export const DkimKeys = () => {
  const t = useT()
  const api = useApi()
  const list = useQuery({ queryKey: ['dkim-keys'], queryFn: api.sending.keys })
  const [isMaking, setMaking] = useState(false)
  const [openId, setOpenId] = useState<string | null>(null)
  const open = list.data?.items.find(key => key.id === openId)
  return (
    <Stack gap="xs">
      <PartHead
        title={t('dkim.title')}
        text={t('dkim.text')}
        action={t('dkim.new')}
        onNew={() => setMaking(true)}
      />
      <Loaded part query={list}>
        {({ items }) =>
          items.length > 0 ? (
            <Table keys={items} onOpen={setOpenId} />
          ) : (
            <EmptyNote title={t('dkim.none')} text={t('dkim.noneDo')} />
          )
        }
      </Loaded>
      {isMaking && (
        <NewDkimKey
          onClose={() => setMaking(false)}
          onMade={key => {
            setMaking(false)
            setOpenId(key.id)
          }}
        />
      )}
      {open !== undefined && <DkimKeyDialogue dkimKey={open} onClose={() => setOpenId(null)} />}
    </Stack>
  )
}
