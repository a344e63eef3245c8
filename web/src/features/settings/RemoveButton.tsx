/** Removes a transport or a configuration, after asking; the server refuses while something uses it. */
import { useT } from '../../i18n/language.tsx'
import { RemoveDeed } from '../../ui/RemoveDeed.tsx'
import { useChannelDeed } from './channel-queries.ts'

/** The button. */
export const RemoveButton = (props: { name: string; text: string; remove: () => Promise<unknown> }) => {
  const t = useT()
  const remove = useChannelDeed(props.remove)
  return (
    <RemoveDeed
      title={t('campaigns.deleteTitle', { name: props.name })}
      text={props.text}
      action={t('channels.deleteDo')}
      remove={() => remove.mutateAsync(undefined)}
    />
  )
}
