/** The head of one list of the settings: what it is, and the button that makes a new one. */
import { Button, Group, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'

/** The head. */
export const PartHead = (props: { title: string; text: string; action: string; onNew: () => void }) => (
  <Group justify="space-between" align="flex-end">
    <div>
      <Title order={2}>{props.title}</Title>
      <Text size="sm">{props.text}</Text>
    </div>
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={props.onNew}>
      {props.action}
    </Button>
  </Group>
)
