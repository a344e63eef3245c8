/** Asks before many dead letters are tried again or put away, names how many, and shows how far it is. */
import type { DeadLetterAction } from '@carillon/contract'
import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { COUNTED, useManyDeed, useMatching } from './dead-letter-queries.ts'

const WORDS = {
  redrive: { some: 'dead.againSome', more: 'dead.againMore', text: 'dead.againAllText', do: 'deed.againDo' },
  discard: {
    some: 'dead.discardSome',
    more: 'dead.discardMore',
    text: 'dead.discardAllText',
    do: 'deed.discardDo',
  },
} as const

/** A deed, and on which. */
export interface ManyDeed {
  readonly deed: 'redrive' | 'discard'
  readonly target: DeadLetterAction
}

const Progress = (props: { many: ReturnType<typeof useManyDeed>; onClose: () => void }) => {
  const t = useT()
  const { run, progress, stop } = props.many
  const acted = progress?.acted ?? 0
  const skipped = run.isSuccess ? (progress?.skipped ?? 0) : 0
  return (
    <>
      <Text size="sm" role="status">
        {t(run.isPending ? 'dead.progress' : 'dead.done', { count: acted })}{' '}
        {skipped > 0 && t('dead.skipped', { count: skipped })}
      </Text>
      <ProblemNote error={run.error} />
      <Group justify="flex-end">
        {run.isPending ? (
          <>
            <Loader size="sm" />
            <Button variant="default" onClick={stop}>
              {t('dead.stopHere')}
            </Button>
          </>
        ) : (
          <Button onClick={props.onClose}>{t('app.close')}</Button>
        )}
      </Group>
    </>
  )
}

const Question = (props: { asked: ManyDeed; onConfirm: () => void; onClose: () => void; known: boolean }) => {
  const t = useT()
  return (
    <>
      <Text size="sm">{t(WORDS[props.asked.deed].text)}</Text>
      {!props.known && (
        <Text size="sm" c="dimmed" role="status">
          {t('dead.counting')}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          {t('app.cancel')}
        </Button>
        <Button color="red.8" disabled={!props.known} onClick={props.onConfirm}>
          {t(WORDS[props.asked.deed].do)}
        </Button>
      </Group>
    </>
  )
}

/** The dialogue. It cannot be closed while calls are under way: it can be stopped. */
export const DeadLetterDeed = ({ asked, onClose }: { asked: ManyDeed; onClose: () => void }) => {
  const t = useT()
  const { messageIds, filter } = asked.target
  const many = useManyDeed(asked.deed)
  const started = !many.run.isIdle
  const matching = useMatching(filter ?? {}, filter !== undefined && !started)
  const size = messageIds === undefined ? matching : { count: messageIds.length, more: false }
  const words = WORDS[asked.deed]
  const title =
    size === undefined || started
      ? t(words.do)
      : size.more
        ? t(words.more, { n: COUNTED })
        : t(words.some, { count: size.count })
  return (
    <Modal
      opened
      centered
      title={title}
      onClose={onClose}
      closeOnClickOutside={!many.run.isPending}
      closeOnEscape={!many.run.isPending}
      withCloseButton={!many.run.isPending}
    >
      <Stack>
        {started ? (
          <Progress many={many} onClose={onClose} />
        ) : (
          <Question
            asked={asked}
            known={size !== undefined}
            onClose={onClose}
            onConfirm={() => many.run.mutate(asked.target)}
          />
        )}
      </Stack>
    </Modal>
  )
}
