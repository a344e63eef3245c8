/** An empty place that says what to do about it. */
import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** The note; `children` is the button that helps. */
export const EmptyNote = (props: { title: string; text: string; children?: ReactNode }) => (
  <Stack align="center" gap={6} py={64} px="md">
    <Text fw={600}>{props.title}</Text>
    <Text size="sm" c="dimmed" ta="center" maw={460}>
      {props.text}
    </Text>
    {props.children}
  </Stack>
)
