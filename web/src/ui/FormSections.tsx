/** The parts of a long form, in groups that open. A field that keeps the form from being stored opens the group that it is in. */
import { Accordion } from '@mantine/core'
import { type ReactNode, useState } from 'react'

/** A group: its title, and its fields. */
export type Section = readonly [title: string, content: ReactNode]

const OPEN_AT_FIRST = 3

// A closed group is not displayed, and the browser says nothing of a field that it cannot show.
const show = (field: Element): void => {
  const isField = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
  if (!isField) return
  field.scrollIntoView({ block: 'center' })
  field.focus()
  field.reportValidity()
}

/** The groups, the first three of them open. */
export const FormSections = ({ sections }: { sections: readonly Section[] }) => {
  const [opened, setOpened] = useState<string[]>(() =>
    sections.slice(0, OPEN_AT_FIRST).map(([title]) => title),
  )
  const open = (field: Element) => {
    const title = field.closest<HTMLElement>('[data-section]')?.dataset['section']
    if (title === undefined || opened.includes(title)) return
    setOpened(before => [...before.filter(one => one !== title), title])
    // Two frames: the first begins to open the group, in the second it is displayed.
    requestAnimationFrame(() => requestAnimationFrame(() => show(field)))
  }
  return (
    <div onInvalidCapture={event => event.target instanceof Element && open(event.target)}>
      <Accordion multiple variant="contained" value={opened} onChange={setOpened}>
        {sections.map(([title, content]) => (
          <Accordion.Item key={title} value={title} data-section={title}>
            <Accordion.Control>{title}</Accordion.Control>
            <Accordion.Panel>{content}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </div>
  )
}
