/** A secret that is shown once, with the button that copies it. */
import { Group, Text } from '@mantine/core'
import { CopyButton } from './CopyButton.tsx'

/** The secret under its name. */
export const Secret = ({ label, value }: { label: string; value: string }) => (
  <div>
    <Group justify="space-between" mb={4}>
      <Text size="sm" fw={560}>
        {label}
      </Text>
      <CopyButton value={value} />
    </Group>
    <pre className="code wrap">{value}</pre>
  </div>
)
