/** The entries of one of the lists, each with the way to remove it. */
import type { Suppression } from '@carillon/contract'
import { IconAlertOctagon, IconClockExclamation, IconUser } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { Chip, type IconType, type Tone } from '../../ui/Chip.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { Time } from '../../ui/Time.tsx'
import { type ListKind, useListCalls, useListDeed } from './suppression-queries.ts'

const LOOKS: Readonly<Record<Suppression['category'], { readonly tone: Tone; readonly icon: IconType }>> = {
  HARD: { tone: 'red', icon: IconAlertOctagon },
  SOFT: { tone: 'amber', icon: IconClockExclamation },
  MANUAL: { tone: 'grey', icon: IconUser },
}

const Remove = ({ kind, entry }: { kind: ListKind; entry: Suppression }) => {
  const t = useT()
  const calls = useListCalls(kind)
  const remove = useListDeed(kind, () => calls.remove(entry.id))
  return (
    <RemoveDeed
      title={t('supp.removeTitle', { name: entry.value })}
      text={t(`supp.${kind}.removeText`)}
      action={t('supp.removeDo')}
      remove={() => remove.mutateAsync(undefined)}
    />
  )
}

const Row = ({ kind, entry }: { kind: ListKind; entry: Suppression }) => {
  const t = useT()
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
        <Remove kind={kind} entry={entry} />
      </td>
    </tr>
  )
}

/** The table. */
export const EntryTable = ({ kind, entries }: { kind: ListKind; entries: readonly Suppression[] }) => {
  const t = useT()
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
            <Row key={entry.id} kind={kind} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
