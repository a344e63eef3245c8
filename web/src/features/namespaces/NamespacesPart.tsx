/** Namespaces in the order in which they name a person: standard ones, one's own, and those that people have without a name. */
import type { Namespace } from '@carillon/contract'
import { ActionIcon, Button, Group, Loader, Stack, Text } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowUp,
  IconCircleCheck,
  IconCircleDashed,
  IconPencil,
  IconPlus,
  IconRestore,
  IconTrash,
} from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import './namespaces.css'
import { NamespaceForm } from './NamespaceForm.tsx'
import { useNamespaceDeed, useNamespaces } from './namespace-queries.ts'
import { moved, placed } from './order.ts'

interface Deeds {
  readonly change: (one: Namespace) => void
  readonly remove: (one: Namespace) => void
  readonly move: (one: Namespace, by: -1 | 1) => void
  readonly moving: boolean
}

const kindOf = (one: Namespace) => (one.standard ? 'ns.standard' : one.written ? 'ns.own' : 'ns.unnamed')

const MoveButton = (props: { one: Namespace; by: -1 | 1; end: boolean; deeds: Deeds }) => {
  const t = useT()
  const { one, by, end, deeds } = props
  return (
    <ActionIcon
      variant="transparent"
      color="gray"
      size="sm"
      className="move"
      data-move={`${one.code} ${by}`}
      disabled={end}
      aria-label={t(by === -1 ? 'ns.up' : 'ns.down', { name: one.name })}
      onClick={() => !deeds.moving && deeds.move(one, by)}
    >
      {by === -1 ? <IconArrowUp size={15} /> : <IconArrowDown size={15} />}
    </ActionIcon>
  )
}

const RowDeeds = ({ one, deeds }: { one: Namespace; deeds: Deeds }) => {
  const t = useT()
  if (kindOf(one) === 'ns.unnamed')
    return (
      <Button size="compact-sm" variant="default" onClick={() => deeds.change(one)}>
        {t('ns.add')}
      </Button>
    )
  const removeTitle = t(one.standard ? 'ns.resetTitle' : 'ns.removeTitle', { name: one.name })
  return (
    <Group gap={2} justify="flex-end" wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t('ns.change', { name: one.name })}
        onClick={() => deeds.change(one)}
      >
        <IconPencil size={15} />
      </ActionIcon>
      {one.written && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={removeTitle}
          onClick={() => deeds.remove(one)}
        >
          {one.standard ? <IconRestore size={15} /> : <IconTrash size={15} />}
        </ActionIcon>
      )}
    </Group>
  )
}

const Row = (props: { one: Namespace; first: boolean; last: boolean; deeds: Deeds }) => {
  const { t, formats } = useSpeech()
  const { one, deeds } = props
  const isPlaced = one.standard || one.written
  return (
    <tr data-namespace={one.code}>
      <td className="nowrap">
        {isPlaced && (
          <>
            <MoveButton one={one} by={-1} end={props.first} deeds={deeds} />
            <MoveButton one={one} by={1} end={props.last} deeds={deeds} />
          </>
        )}
      </td>
      <td className="break">
        {one.name}
        {one.name !== one.code && <div className="row-note mono">{one.code}</div>}
      </td>
      <td className="hide-narrow">{t(kindOf(one))}</td>
      <td className="num">{isPlaced ? formats.number(one.priority) : ''}</td>
      <td>
        <Chip tone={one.inUse ? 'green' : 'grey'} icon={one.inUse ? IconCircleCheck : IconCircleDashed}>
          {t(one.inUse ? 'ns.inUse' : 'ns.notInUse')}
        </Chip>
      </td>
      <td className="num end">
        <RowDeeds one={one} deeds={deeds} />
      </td>
    </tr>
  )
}

const Table = ({ all, deeds }: { all: readonly Namespace[]; deeds: Deeds }) => {
  const t = useT()
  const codes = placed(all).map(one => one.code)
  return (
    <div className="panel table-wrap">
      <table className="dense">
        <thead>
          <tr>
            <th aria-label={t('ns.priority')} />
            <th>{t('ns.name')}</th>
            <th className="hide-narrow">{t('ns.kind')}</th>
            <th className="num">{t('ns.priority')}</th>
            <th>{t('ns.use')}</th>
            <th className="end" aria-label={t('app.actions')} />
          </tr>
        </thead>
        <tbody>
          {all.map(one => (
            <Row
              key={one.code}
              one={one}
              first={codes[0] === one.code}
              last={codes.at(-1) === one.code}
              deeds={deeds}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const RemoveConfirm = ({ one, onClose }: { one: Namespace; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const remove = useNamespaceDeed(() => api.namespaces.remove(one.code))
  const { name, standard } = one
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t(standard ? 'ns.resetTitle' : 'ns.removeTitle', { name })}
      text={t(standard ? 'ns.resetText' : 'ns.removeText')}
      action={t(standard ? 'ns.resetDo' : 'ns.remove')}
      danger={!standard}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

interface Move {
  readonly code: string
  readonly by: -1 | 1
}

const focusMove = ({ code, by }: Move): void => {
  const buttons = [by, -by].map(one =>
    document.querySelector<HTMLButtonElement>(`[data-move="${CSS.escape(`${code} ${one}`)}"]`),
  )
  buttons.find(button => button?.disabled === false)?.focus()
}

/** Moves by a place; the button that was pressed has the focus again where its row is now, or its sibling at an end. */
const useMoves = (all: readonly Namespace[]) => {
  const t = useT()
  const api = useApi()
  const [told, setTold] = useState('')
  const focus = useRef<Move | null>(null)
  const order = useNamespaceDeed((codes: readonly string[]) => api.namespaces.reorder(codes))
  const focusAgain = () => {
    if (focus.current !== null) focusMove(focus.current)
    focus.current = null
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are in their new order when the list changed
  useEffect(focusAgain, [all])
  const move = (one: Namespace, by: -1 | 1) => {
    const codes = moved(
      placed(all).map(each => each.code),
      one.code,
      by,
    )
    focus.current = { code: one.code, by }
    order.mutate(codes, {
      onSuccess: () => setTold(t('ns.moved', { name: one.name, n: codes.indexOf(one.code) + 1 })),
      // Nothing moved, so the list does not change.
      onError: focusAgain,
    })
  }
  return { move, told, error: order.error, moving: order.isPending }
}

const NONE: readonly Namespace[] = []

/** The part. */
export const NamespacesPart = () => {
  const t = useT()
  const query = useNamespaces()
  const all = query.data?.items ?? NONE
  const { move, moving, told, error } = useMoves(all)
  const [form, setForm] = useState<{ one?: Namespace } | null>(null)
  const [removing, setRemoving] = useState<Namespace | null>(null)
  const deeds: Deeds = { change: one => setForm({ one }), remove: setRemoving, move, moving }
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" maw={640}>
          {t('ns.text')}
        </Text>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setForm({})}>
          {t('ns.new')}
        </Button>
      </Group>
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      <ProblemNote error={error} />
      {query.isPending && <Loader size="sm" />}
      {all.length > 0 && <Table all={all} deeds={deeds} />}
      {query.data != null && query.data.next !== null && (
        <Text size="sm" c="dimmed">
          {t('ns.more', { n: all.length })}
        </Text>
      )}
      <Text size="sm" role="status" c="dimmed">
        {told}
      </Text>
      {form !== null && <NamespaceForm {...form} onClose={() => setForm(null)} />}
      {removing !== null && <RemoveConfirm one={removing} onClose={() => setRemoving(null)} />}
    </Stack>
  )
}
