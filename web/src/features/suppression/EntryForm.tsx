/** Adds an address or a domain to one of the lists. */
import type { SuppressionType, SuppressionWrite } from '@carillon/contract'
import { MAX_SUPPRESSION_COMMENT } from '@carillon/contract'
import { SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { type ListKind, useListCalls, useListDeed } from './suppression-queries.ts'

const PRINTABLE = /^[\x20-\x7e]*$/

const TypeChoice = (props: { value: SuppressionType; onChange: (value: SuppressionType) => void }) => {
  const t = useT()
  return (
    <SegmentedControl
      aria-label={t('supp.type')}
      data={[
        { value: 'email', label: t('supp.type.email') },
        { value: 'domain', label: t('supp.type.domain') },
      ]}
      value={props.value}
      onChange={value => props.onChange(value === 'domain' ? 'domain' : 'email')}
    />
  )
}

/** The dialogue. */
export const EntryForm = ({ kind, onClose }: { kind: ListKind; onClose: () => void }) => {
  const t = useT()
  const calls = useListCalls(kind)
  const [type, setType] = useState<SuppressionType>('email')
  const [value, setValue] = useState('')
  const [comment, setComment] = useState('')
  const add = useListDeed(kind, (entry: SuppressionWrite) => calls.add(entry))
  const isPrintable = PRINTABLE.test(comment)
  return (
    <FormDialog
      title={t(`supp.${kind}.add`)}
      action={t('supp.addDo')}
      deed={add}
      disabled={!isPrintable}
      onSubmit={() => add.mutate({ type, value: value.trim(), comment }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TypeChoice value={type} onChange={setType} />
      <TextInput
        label={t(`supp.type.${type}`)}
        placeholder={type === 'email' ? 'ada@example.com' : 'example.com'}
        required
        maxLength={320}
        data-autofocus
        value={value}
        onChange={event => setValue(event.currentTarget.value)}
      />
      <TextInput
        label={t('supp.comment')}
        description={t('supp.commentHint')}
        maxLength={MAX_SUPPRESSION_COMMENT}
        error={!isPrintable && t('supp.commentAscii')}
        value={comment}
        onChange={event => setComment(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
