/** The question before all sending of a sandbox is stopped. */
import { useT } from '../../i18n/language.tsx'
import { useApi, useSandbox } from '../session/session.tsx'
import { HoldConfirm } from './HoldConfirm.tsx'

/** The question. */
export const BigStop = (props: { opened: boolean; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const [sandbox] = useSandbox()
  return (
    <HoldConfirm
      opened={props.opened}
      onClose={props.onClose}
      title={t('stop.title', { sandbox })}
      text={t('stop.text')}
      action={t('stop.do')}
      danger
      deed={api.holds.stop}
    />
  )
}
