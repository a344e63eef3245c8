/** What a configuration adds to each mail: header fields, copies, parameters of links, ways out. */
import {
  MAX_COPIES,
  MAX_HEADER_FIELDS,
  MAX_HEADER_NAME,
  MAX_PARAMETER_NAME,
  MAX_SENDING_TEMPLATE,
  MAX_URL_PARAMETER_BYTES,
  MAX_URL_PARAMETERS,
  type SeedList,
  UNSUBSCRIBE_LEVELS,
} from '@carillon/contract'
import { Checkbox, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import type { ChangeDraft, EmailDraft } from './configuration-draft.ts'
import { NamedValues } from './NamedValues.tsx'

interface Props {
  readonly draft: EmailDraft
  readonly change: ChangeDraft<EmailDraft>
}

/** Fields of the header. */
export const HeaderFields = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <NamedValues
      rows={draft.headers}
      most={MAX_HEADER_FIELDS}
      maxName={MAX_HEADER_NAME}
      maxValue={MAX_SENDING_TEMPLATE}
      hint={t('channels.headersHint')}
      labels={{
        name: t('channels.headerName'),
        value: t('channels.headerValue'),
        add: t('channels.addHeader'),
      }}
      onChange={headers => change({ headers })}
    />
  )
}

/** Who gets a copy. */
export const Copies = ({ draft, change, seedLists }: Props & { seedLists: readonly SeedList[] }) => {
  const t = useT()
  return (
    <Stack>
      <TextInput
        label={t('channels.cc')}
        description={t('channels.ccHint')}
        maxLength={MAX_SENDING_TEMPLATE}
        value={draft.cc ?? ''}
        onChange={event => change({ cc: textOrNull(event.currentTarget.value) })}
      />
      <TagsInput
        label={t('channels.bcc')}
        description={t('channels.bccHint')}
        maxTags={MAX_COPIES}
        value={draft.bcc}
        onChange={bcc => change({ bcc })}
      />
      <Select
        label={t('channels.seedList')}
        description={t('channels.seedListHint')}
        clearable
        placeholder={t('channels.none')}
        data={seedLists.map(one => ({ value: one.id, label: one.name }))}
        value={draft.seedListId}
        onChange={seedListId => change({ seedListId })}
      />
    </Stack>
  )
}

/** What is added to links, and where ways out lead. */
export const Links = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <Stack>
      <NamedValues
        rows={draft.urlParameters}
        most={MAX_URL_PARAMETERS}
        maxName={MAX_PARAMETER_NAME}
        maxValue={MAX_URL_PARAMETER_BYTES}
        hint={t('channels.parametersHint')}
        labels={{
          name: t('channels.parameterName'),
          value: t('channels.headerValue'),
          add: t('channels.addParameter'),
        }}
        onChange={urlParameters => change({ urlParameters })}
      />
      <TextInput
        label={t('channels.linkHost')}
        description={t('channels.linkHostHint')}
        placeholder="links.example.com"
        maxLength={253}
        value={draft.linkHost ?? ''}
        onChange={event => change({ linkHost: textOrNull(event.currentTarget.value.trim().toLowerCase()) })}
      />
    </Stack>
  )
}

/** The header that offers a way out. */
export const Unsubscribing = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <Stack>
      <Checkbox
        label={t('channels.listUnsubscribe')}
        description={t('channels.listUnsubscribeHint')}
        checked={draft.listUnsubscribe}
        onChange={event => change({ listUnsubscribe: event.currentTarget.checked })}
      />
      <Select
        label={t('channels.unsubscribeLevel')}
        allowDeselect={false}
        data={UNSUBSCRIBE_LEVELS.map(value => ({ value, label: t(`channels.unsubscribeLevel.${value}`) }))}
        value={draft.unsubscribeLevel}
        onChange={value => {
          const unsubscribeLevel = UNSUBSCRIBE_LEVELS.find(level => level === value)
          if (unsubscribeLevel !== undefined) change({ unsubscribeLevel })
        }}
      />
    </Stack>
  )
}

/** Addresses that nobody else may write to. */
export const Complaints = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <Switch
      label={t('channels.sendToComplaints')}
      description={t('channels.sendToComplaintsHint')}
      checked={draft.sendToComplaints}
      onChange={event => change({ sendToComplaints: event.currentTarget.checked })}
    />
  )
}
