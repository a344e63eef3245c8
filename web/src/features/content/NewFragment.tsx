/** Asks for what cannot be changed later, and makes a fragment. */

import { FRAGMENT_SUB_TYPES, type FragmentSubType } from '@carillon/contract'
import { SegmentedControl, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/FormDialog.tsx'
import { useCreateFragment } from './fragment-queries.ts'

/** The dialogue. */
export const NewFragment = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const create = useCreateFragment()
  const [name, setName] = useState('')
  const [key, setKey] = useState('')
  const [subType, setSubType] = useState<FragmentSubType>('html')
  return (
    <FormDialog
      title={t('fragments.new')}
      action={t('fragments.make')}
      deed={create}
      onSubmit={() => create.mutate({ name, subType, ...(key === '' ? {} : { key }) })}
      onClose={onClose}
    >
      <TextInput
        label={t('campaigns.name')}
        required
        maxLength={200}
        data-autofocus
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t('fragments.key')}
        description={t('fragments.keyHint')}
        maxLength={200}
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
        value={key}
        onChange={event => setKey(event.currentTarget.value)}
      />
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t('fragments.subType')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={t('fragments.subType')}
          value={subType}
          onChange={next => setSubType(FRAGMENT_SUB_TYPES.find(one => one === next) ?? 'html')}
          data={FRAGMENT_SUB_TYPES.map(value => ({ value, label: t(`fragments.${value}`) }))}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {t('fragments.subTypeHint')}
        </Text>
      </div>
    </FormDialog>
  )
}
