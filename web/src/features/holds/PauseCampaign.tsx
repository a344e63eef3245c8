/** The question before a campaign is paused. */
import { useT } from '../../i18n/language.tsx'
import { useApi } from '../session/session.tsx'
import { HoldConfirm } from './HoldConfirm.tsx'

/** The question. */
export const PauseCampaign = (props: { id: string; name: string; opened: boolean; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  return (
    <HoldConfirm
      opened={props.opened}
      onClose={props.onClose}
      title={t('pause.campaignTitle', { name: props.name })}
      text={t('pause.campaignText')}
      action={t('pause.confirm')}
      deed={body => api.campaigns.pause(props.id, body)}
    />
  )
}
