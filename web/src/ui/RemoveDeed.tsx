/** A button that removes something, after asking: in words for the thing of the page, as an icon in a list. */
import { ActionIcon, Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from './Confirm.tsx'

/** The button, an icon where it has no `label`; `remove` does it, and leads away from a page that is gone. */
export const RemoveDeed = (props: {
  label?: string
  title: string
  text: string
  action: string
  remove: () => Promise<unknown>
}) => {
  const [asked, setAsked] = useState(false)
  const remove = useMutation({ mutationFn: props.remove, onSuccess: () => setAsked(false) })
  const ask = () => {
    // What went wrong the last time is no answer to this question.
    remove.reset()
    setAsked(true)
  }
  return (
    <>
      {props.label === undefined ? (
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={props.title} onClick={ask}>
          <IconTrash size={15} />
        </ActionIcon>
      ) : (
        <Button variant="default" leftSection={<IconTrash size={15} />} onClick={ask}>
          {props.label}
        </Button>
      )}
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={props.title}
        text={props.text}
        action={props.action}
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      />
    </>
  )
}
