/** The sender of a configuration: From, Reply-To, Sender, and the domain by person. */
import { MAX_SENDING_TEMPLATE } from '@carillon/contract'
import { Group, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { useSwitch } from '../../ui/use-switch.ts'
import { type ChangeDraft, domainsText, type EmailDraft, readDomains } from './configuration-draft.ts'

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
      maxLength={MAX_SENDING_TEMPLATE}
      value={props.name ?? ''}
      onChange={event => props.onName(textOrNull(event.currentTarget.value))}
    />
    <TextInput
      label={props.labels[1]}
      miw={180}
      {...(props.hint === undefined ? {} : { description: props.hint })}
      inputWrapperOrder={['label', 'input', 'description']}
      maxLength={MAX_SENDING_TEMPLATE}
      value={props.address ?? ''}
      onChange={event => props.onAddress(textOrNull(event.currentTarget.value))}
    />
  </Group>
)

const DomainByPerson = ({ draft, change }: Props) => {
  const t = useT()
  const [text, setText] = useState(() => domainsText(draft))
  const { dynamicDomain } = draft
  const byPerson = useSwitch(dynamicDomain, { expression: '', domains: [] }, value =>
    change({ dynamicDomain: value }),
  )
  return (
    <>
      <Switch
        label={t('channels.dynamicDomain')}
        checked={dynamicDomain !== null}
        onChange={event => byPerson(event.currentTarget.checked)}
      />
      {dynamicDomain !== null && (
        <>
          <TextInput
            label={t('channels.expression')}
            description={t('channels.expressionHint')}
            required
            maxLength={MAX_SENDING_TEMPLATE}
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
        maxLength={MAX_SENDING_TEMPLATE}
        value={draft.fromName}
        onChange={event => change({ fromName: event.currentTarget.value })}
      />
      <TextInput
        label={t('channels.fromAddress')}
        description={t('channels.fromAddressHint')}
        required
        maxLength={MAX_SENDING_TEMPLATE}
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
