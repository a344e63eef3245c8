/** The two ways to end a hold: let the messages go on, or cancel them. Each asks first. */
import type { Hold } from '@carillon/contract'
import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useApi } from '../session/session.tsx'
import { useHoldDeed } from './hold-queries.ts'

/** The buttons. */
export const HoldDecision = ({ hold }: { hold: Hold }) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState<'release' | 'cancel' | null>(null)
  const lift = useHoldDeed((decision: 'release' | 'cancel') => api.holds.lift(hold.id, { decision }))
  const close = () => {
    setAsked(null)
    lift.reset()
  }
  return (
    <Group gap="xs" wrap="wrap">
      <Button size="compact-sm" variant="default" onClick={() => setAsked('release')}>
        {t(`hold.release.${hold.kind}`)}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setAsked('cancel')}>
        {t('hold.end')}
      </Button>
      <Confirm
        opened={asked !== null}
        onClose={close}
        title={t(asked === 'cancel' ? 'hold.endTitle' : 'hold.releaseTitle')}
        text={t(asked === 'cancel' ? 'hold.endText' : 'hold.releaseText')}
        action={asked === 'cancel' ? t('hold.endDo') : t(`hold.release.${hold.kind}`)}
        danger={asked === 'cancel'}
        pending={lift.isPending}
        error={lift.error}
        onConfirm={() => asked !== null && lift.mutate(asked, { onSuccess: close })}
      />
    </Group>
  )
}
