/** The sender of a configuration: From, Reply-To, Sender, and the domain by person. */
import { Group, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import {
  type ChangeDraft,
  domainsText,
  type EmailDraft,
  readDomains,
  textOrNull,
} from './configuration-draft.ts'

interface Props {
  readonly draft: EmailDraft
  readonly change: ChangeDraft<EmailDraft>
}

const Pair = (props: {
  name: string | null
  address: string | null
  labels: readonly [string, string]
  hint?: string
  onName: (value: string | null) => void
  onAddress: (value: string | null) => void
}) => (
  <Group gap="sm" grow align="flex-start" preventGrowOverflow={false}>
    <TextInput
      label={props.labels[0]}
      miw={180}
      maxLength={2_000}
      value={props.name ?? ''}
      onChange={event => props.onName(textOrNull(event.currentTarget.value))}
    />
    <TextInput
      label={props.labels[1]}
      miw={180}
      {...(props.hint === undefined ? {} : { description: props.hint })}
      inputWrapperOrder={['label', 'input', 'description']}
      maxLength={2_000}
      value={props.address ?? ''}
      onChange={event => props.onAddress(textOrNull(event.currentTarget.value))}
    />
  </Group>
)

const DomainByPerson = ({ draft, change }: Props) => {
  const t = useT()
  const [text, setText] = useState(() => domainsText(draft))
  const { dynamicDomain } = draft
  return (
    <>
      <Switch
        label={t('channels.dynamicDomain')}
        checked={dynamicDomain !== null}
        onChange={event =>
          change({
            dynamicDomain: event.currentTarget.checked
              ? { expression: '', domains: readDomains(text) }
              : null,
          })
        }
      />
      {dynamicDomain !== null && (
        <>
          <TextInput
            label={t('channels.expression')}
            description={t('channels.expressionHint')}
            required
            maxLength={2_000}
            value={dynamicDomain.expression}
            onChange={event =>
              change({ dynamicDomain: { ...dynamicDomain, expression: event.currentTarget.value } })
            }
          />
          <Textarea
            label={t('channels.domainsAllowed')}
            description={t('channels.domainsAllowedHint')}
            required
            autosize
            minRows={2}
            value={text}
            onChange={event => {
              setText(event.currentTarget.value)
              change({ dynamicDomain: { ...dynamicDomain, domains: readDomains(event.currentTarget.value) } })
            }}
          />
        </>
      )}
    </>
  )
}

/** The fields. */
export const ConfigurationSender = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <Stack>
      <TextInput
        label={t('channels.fromName')}
        description={t('channels.personalHint')}
        maxLength={2_000}
        value={draft.fromName}
        onChange={event => change({ fromName: event.currentTarget.value })}
      />
      <TextInput
        label={t('channels.fromAddress')}
        description={t('channels.fromAddressHint')}
        required
        maxLength={2_000}
        value={draft.fromAddress}
        onChange={event => change({ fromAddress: event.currentTarget.value })}
      />
      <Pair
        labels={[t('channels.replyToName'), t('channels.replyTo')]}
        name={draft.replyToName}
        address={draft.replyTo}
        onName={replyToName => change({ replyToName })}
        onAddress={replyTo => change({ replyTo })}
      />
      <Pair
        labels={[t('channels.senderName'), t('channels.senderAddress')]}
        hint={t('channels.senderHint')}
        name={draft.senderName}
        address={draft.senderAddress}
        onName={senderName => change({ senderName })}
        onAddress={senderAddress => change({ senderAddress })}
      />
      <TextInput
        label={t('channels.bounceDomain')}
        description={t('channels.bounceDomainHint')}
        placeholder="bounce.example.com"
        maxLength={190}
        value={draft.bounceDomain ?? ''}
        onChange={event =>
          change({ bounceDomain: textOrNull(event.currentTarget.value.trim().toLowerCase()) })
        }
      />
      <DomainByPerson draft={draft} change={change} />
    </Stack>
  )
}
