/** A dialogue of fields: stored by its button or by Enter, kept open by what is refused and by a click beside it, left by Cancel. */
import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useT } from '../i18n/language.tsx'
import { ProblemNote } from './ProblemNote.tsx'

/** A deed as TanStack's `useMutation` answers it, as far as a dialogue shows it. */
interface Deed {
  readonly isPending: boolean
  readonly error: unknown
}

/** The dialogue; `action` names what its button does, `children` are the fields. */
export const FormDialog = (props: {
  title: string
  action: string
  deed: Deed
  size?: string
  disabled?: boolean
  danger?: boolean
  onSubmit: () => void
  onClose: () => void
  children: ReactNode
}) => {
  const t = useT()
  return (
    <Modal
      opened
      onClose={props.onClose}
      closeOnClickOutside={false}
      centered
      size={props.size ?? 'md'}
      title={props.title}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          props.onSubmit()
        }}
      >
        <Stack>
          {props.children}
          <ProblemNote error={props.deed.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('app.cancel')}
            </Button>
            <Button
              type="submit"
              {...(props.danger === true ? { color: 'red.8' } : {})}
              loading={props.deed.isPending}
              disabled={props.disabled ?? false}
            >
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
