/** Copies a text and says so on the button itself. */
import { Button, CopyButton as Copier } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useT } from '../i18n/language.tsx'

/** The button. */
export const CopyButton = ({ value }: { value: string }) => {
  const t = useT()
  return (
    <Copier value={value}>
      {({ copied, copy }) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={copy}
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        >
          <span aria-live="polite">{t(copied ? 'app.copied' : 'app.copy')}</span>
        </Button>
      )}
    </Copier>
  )
}
