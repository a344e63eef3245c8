/** A button that removes the thing of the page, after asking. */
import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from './Confirm.tsx'

/** The button; `remove` does it, and leads away from the page that is gone. */
export const RemoveDeed = (props: {
  label: string
  title: string
  text: string
  action: string
  remove: () => Promise<unknown>
}) => {
  const [asked, setAsked] = useState(false)
  const remove = useMutation({ mutationFn: props.remove })
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {props.label}
      </Button>
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
