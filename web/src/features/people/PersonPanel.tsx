/** A part of a person's page: its title, and a list that is read page by page. */
import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { PagedList, type PagedQuery } from '../../ui/PagedList.tsx'

/** The part; `empty` is the sentence where there is nothing. */
export const PersonPanel = <T,>(props: {
  title: string
  empty: string
  list: PagedQuery<T>
  children: (rows: readonly T[]) => ReactNode
}) => (
  <section className="panel person-list" aria-label={props.title}>
    <Title order={2} p="md" pb="xs">
      {props.title}
    </Title>
    <PagedList
      list={props.list}
      empty={
        <Text size="sm" c="dimmed" px="md" pb="md">
          {props.empty}
        </Text>
      }
    >
      {props.children}
    </PagedList>
  </section>
)
