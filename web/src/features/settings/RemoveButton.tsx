/** Removes a transport or a configuration, after asking; the server refuses while something uses it. */
import { ActionIcon } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useChannelDeed } from './channel-queries.ts'

/** The button. */
export const RemoveButton = (props: { name: string; text: string; remove: () => Promise<unknown> }) => {
  const t = useT()
  const [asked, setAsked] = useState(false)
  const remove = useChannelDeed(props.remove)
  const title = t('campaigns.deleteTitle', { name: props.name })
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={title} onClick={() => setAsked(true)}>
        <IconTrash size={15} />
      </ActionIcon>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={title}
        text={props.text}
        action={t('channels.deleteDo')}
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setAsked(false) })}
      />
    </>
  )
}
