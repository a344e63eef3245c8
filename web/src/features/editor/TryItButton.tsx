/** Opens the panel that tries a template, beside the field in which the template is written. */
import { Button, Drawer } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { TryIt, type TryItProps } from './TryIt.tsx'

/** The button with its drawer; `label` names the field. */
export const TryItButton = ({ label, ...props }: TryItProps & { readonly label: string }) => {
  const t = useT()
  const [opened, setOpened] = useState(false)
  const title = t('try.title', { name: label })
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlayerPlay size={13} />}
        aria-label={title}
        onClick={() => setOpened(true)}
      >
        {t('try.open')}
      </Button>
      <Drawer opened={opened} onClose={() => setOpened(false)} position="right" size="75%" title={title}>
        {opened && <TryIt {...props} />}
      </Drawer>
    </>
  )
}
