/** Asks before something that cannot be undone: it says what happens, and the button names the deed. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useT } from '../i18n/language.tsx'
import { ProblemNote } from './ProblemNote.tsx'

/** What the question needs; `error` keeps it open and is shown in it; `children` are fields that belong to the answer. */
interface ConfirmProps {
  readonly opened: boolean
  readonly title: string
  readonly text: string
  readonly action: string
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly pending: boolean
  readonly error: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** The question. */
export const Confirm = (props: ConfirmProps) => {
  const t = useT()
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      // What was typed into the answer must not go by a slip of the mouse.
      closeOnClickOutside={props.children === undefined}
      title={props.title}
      centered
    >
      <Stack>
        <Text size="sm">{props.text}</Text>
        {props.children}
        <ProblemNote error={props.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('app.cancel')}
          </Button>
          <Button
            {...(props.danger === true ? { color: 'red.8' } : {})}
            loading={props.pending}
            disabled={props.disabled ?? false}
            onClick={props.onConfirm}
          >
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
