/** A list of the settings in which each thing has a name and one line about it: it is opened, changed and removed there. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { PartHead } from './PartHead.tsx'
import { RemoveButton } from './RemoveButton.tsx'

interface Named {
  readonly id: string
  readonly name: string
}

/** The list; `form` is the dialogue that changes one, or makes one where it gets none. */
export const NamedPanels = <T extends Named>(props: {
  words: {
    readonly title: string
    readonly text: string
    readonly make: string
    readonly none: string
    readonly remove: string
  }
  items: readonly T[]
  about: (item: T) => string
  remove: (id: string) => Promise<unknown>
  form: (item: T | undefined, onClose: () => void) => ReactNode
}) => {
  const t = useT()
  const { words, items, about, remove, form } = props
  const [open, setOpen] = useState<T | 'new' | null>(null)
  return (
    <Stack gap="xs">
      <PartHead title={words.title} text={words.text} action={words.make} onNew={() => setOpen('new')} />
      {items.length === 0 && <Text size="sm">{words.none}</Text>}
      {items.map(one => (
        <Group key={one.id} className="panel pad" justify="space-between">
          <div>
            <Text fw={560}>{one.name}</Text>
            <Text size="sm">{about(one)}</Text>
          </div>
          <Group gap={6} wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => setOpen(one)}>
              {t('settings.change')}
            </Button>
            <RemoveButton name={one.name} text={words.remove} remove={() => remove(one.id)} />
          </Group>
        </Group>
      ))}
      {open !== null && form(open === 'new' ? undefined : open, () => setOpen(null))}
    </Stack>
  )
}
