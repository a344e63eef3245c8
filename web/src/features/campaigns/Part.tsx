/** One part of a step, under its own title. */
import { Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The part. */
export const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="panel pad">
    <Stack gap="sm">
      <Title order={2}>{title}</Title>
      {children}
    </Stack>
  </section>
)
