/** The entries of one of the lists, each with the way to remove it. */
import type { Suppression } from '@carillon/contract'
import { ActionIcon } from '@mantine/core'
import { IconAlertOctagon, IconClockExclamation, IconTrash, IconUser } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Time } from '../../ui/Time.tsx'
import { type ListKind, useListCalls, useListDeed } from './suppression-queries.ts'

const LOOKS: Readonly<Record<Suppression['category'], { readonly tone: Tone; readonly icon: IconType }>> = {
  HARD: { tone: 'red', icon: IconAlertOctagon },
  SOFT: { tone: 'amber', icon: IconClockExclamation },
  MANUAL: { tone: 'grey', icon: IconUser },
}

const RemoveEntry = (props: { kind: ListKind; entry: Suppression; onClose: () => void }) => {
  const t = useT()
  const { kind, entry, onClose } = props
  const calls = useListCalls(kind)
  const remove = useListDeed(kind, () => calls.remove(entry.id))
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('supp.removeTitle', { name: entry.value })}
      text={t(`supp.${kind}.removeText`)}
      action={t('supp.removeDo')}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

const Row = (props: { kind: ListKind; entry: Suppression; onRemove: () => void }) => {
  const t = useT()
  const { kind, entry } = props
  return (
    <tr>
      <td className="mono break" style={{ fontWeight: 560 }}>
        {entry.value}
      </td>
      <td>{t(`supp.type.${entry.type}`)}</td>
      {kind === 'suppressions' && (
        <td>
          <Chip {...LOOKS[entry.category]}>{t(`supp.category.${entry.category}`)}</Chip>
        </td>
      )}
      {kind === 'suppressions' && <td>{t(`supp.reason.${entry.reason}`)}</td>}
      <td className="break">{entry.comment}</td>
      <td className="break">{entry.createdBy}</td>
      <td className="num">
        <Time at={entry.createdAt} />
      </td>
      <td className="num">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('supp.removeTitle', { name: entry.value })}
          onClick={props.onRemove}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </td>
    </tr>
  )
}

/** The table. */
export const EntryTable = ({ kind, entries }: { kind: ListKind; entries: readonly Suppression[] }) => {
  const t = useT()
  const [asked, setAsked] = useState<Suppression | null>(null)
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th>{t('supp.value')}</th>
            <th>{t('supp.type')}</th>
            {kind === 'suppressions' && <th>{t('supp.category')}</th>}
            {kind === 'suppressions' && <th>{t('supp.reason')}</th>}
            <th>{t('supp.comment')}</th>
            <th>{t('exec.by')}</th>
            <th className="num">{t('supp.added')}</th>
            <th aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {entries.map(entry => (
            <Row key={entry.id} kind={kind} entry={entry} onRemove={() => setAsked(entry)} />
          ))}
        </tbody>
      </table>
      {asked !== null && <RemoveEntry kind={kind} entry={asked} onClose={() => setAsked(null)} />}
    </div>
  )
}
