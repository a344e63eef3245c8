/** Ends an import where it is, after asking. */
import type { Import } from '@carillon/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useApi } from '../session/session.tsx'
import { useImportDeed } from './import-queries.ts'

/** The button; `text` says what is lost, `before` stops what this page does of it. */
export const CancelDeed = (props: { one: Import; text: string; before?: () => void }) => {
  const t = useT()
  const api = useApi()
  const [asked, setAsked] = useState(false)
  const { one, before } = props
  const cancel = useImportDeed(one.id, () => {
    before?.()
    return api.imports.cancel(one.id)
  })
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('import.cancel')}
      </Button>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('import.cancelTitle', { name: one.name })}
        text={props.text}
        action={t('import.cancelDo')}
        danger
        pending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate(undefined, { onSuccess: () => setAsked(false) })}
      />
    </>
  )
}
