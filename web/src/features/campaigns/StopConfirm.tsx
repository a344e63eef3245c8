/** Asks before a campaign is stopped for good. */
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useApi } from '../session/session.tsx'
import { useCampaignDeed } from './campaign-queries.ts'

/** The question. */
export const StopConfirm = (props: { id: string; name: string; opened: boolean; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const stop = useCampaignDeed(props.id, api.campaigns.stop)
  return (
    <Confirm
      opened={props.opened}
      onClose={props.onClose}
      title={t('campaigns.stopTitle', { name: props.name })}
      text={t('campaigns.stopText')}
      action={t('campaigns.stopDo')}
      danger
      pending={stop.isPending}
      error={stop.error}
      onConfirm={() => stop.mutate(undefined, { onSuccess: props.onClose })}
    />
  )
}
