/** The head of a page: what it is, and what can be done with all of it. */
import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

/** The head; its title is the window's too. */
export const PageHead = (props: { title: string; beside?: ReactNode; children?: ReactNode }) => {
  useEffect(() => {
    document.title = `${props.title} · Carillon`
  }, [props.title])
  return (
    <Group justify="space-between" mb="md" gap="sm" wrap="wrap">
      <Group gap="sm" wrap="wrap">
        <Title order={1}>{props.title}</Title>
        {props.beside}
      </Group>
      <Group gap="xs">{props.children}</Group>
    </Group>
  )
}
