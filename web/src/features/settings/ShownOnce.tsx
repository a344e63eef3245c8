/** Secrets that can be seen this one time: the dialogue closes only by its button, for a slip of the mouse would lose them. */
import { Button, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/language.tsx'

/** The dialogue; `children` are the secrets. */
export const ShownOnce = (props: { text: string; onDone: () => void; children: ReactNode }) => {
  const t = useT()
  return (
    <Modal
      opened
      onClose={props.onDone}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={t('settings.secretsTitle')}
    >
      <Stack>
        <Text size="sm">{props.text}</Text>
        {props.children}
        <Button onClick={props.onDone}>{t('settings.secretsDone')}</Button>
      </Stack>
    </Modal>
  )
}
