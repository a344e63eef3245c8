/** What a configuration of SMS says: its sender, its links, and how it answers what people write. */
import {
  DEFAULT_CURRENCY,
  MAX_SMS_ANSWER,
  SMS_DEFAULT_KEYWORDS,
  SMS_KEYWORD_KINDS,
  SMS_OPT_OUT_LEVELS,
  type SmsAnswers,
  type SmsKeywordKind,
} from '@carillon/contract'
import {
  Group,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { useSwitch } from '../../ui/use-switch.ts'
import type { ChangeDraft, SmsDraft } from './configuration-draft.ts'

interface Props {
  readonly draft: SmsDraft
  readonly change: ChangeDraft<SmsDraft>
}

const ANSWERED = [...SMS_KEYWORD_KINDS, 'nearly_opt_out', 'none'] as const satisfies (keyof SmsAnswers)[]

// So that the editor can say what a text comes to.
const SmsPriceFields = ({ draft, change }: Props) => {
  const t = useT()
  const { segmentPrice } = draft
  const { currency } = segmentPrice ?? { currency: DEFAULT_CURRENCY }
  return (
    <Group gap="sm" align="flex-start">
      <NumberInput
        label={t('sms.segmentPrice')}
        description={t('sms.segmentPriceHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        min={0}
        max={1_000}
        decimalScale={5}
        maw={260}
        value={segmentPrice?.amount ?? ''}
        onChange={amount =>
          change({ segmentPrice: amount === '' ? null : { amount: Number(amount), currency } })
        }
      />
      {segmentPrice !== null && (
        <TextInput
          label={t('sms.currency')}
          maxLength={3}
          maw={110}
          value={currency}
          onChange={event =>
            change({
              segmentPrice: { ...segmentPrice, currency: event.currentTarget.value.toUpperCase().trim() },
            })
          }
        />
      )}
    </Group>
  )
}

/** Whom messages are from, and where numbers without a country code are. */
export const SmsSender = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <Stack>
      <TextInput
        label={t('sms.sender')}
        description={t('sms.senderHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        required
        maxLength={40}
        value={draft.sender}
        onChange={event => change({ sender: event.currentTarget.value })}
      />
      <TextInput
        label={t('sms.country')}
        description={t('sms.countryHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        maxLength={2}
        placeholder="NL"
        maw={260}
        value={draft.country ?? ''}
        onChange={event => change({ country: textOrNull(event.currentTarget.value.toUpperCase().trim()) })}
      />
      <SmsPriceFields draft={draft} change={change} />
    </Stack>
  )
}

/** Short links. */
export const SmsLinks = ({ draft, change }: Props) => {
  const t = useT()
  return (
    <Stack>
      <Switch
        label={t('sms.shorten')}
        description={t('sms.shortenHint')}
        checked={draft.shortenLinks}
        onChange={event => change({ shortenLinks: event.currentTarget.checked })}
      />
      {draft.shortenLinks && (
        <TextInput
          label={t('sms.linkHost')}
          description={t('sms.linkHostHint')}
          inputWrapperOrder={['label', 'input', 'description']}
          maxLength={253}
          placeholder="l.example.com"
          value={draft.linkHost ?? ''}
          onChange={event => change({ linkHost: textOrNull(event.currentTarget.value.trim().toLowerCase()) })}
        />
      )}
    </Stack>
  )
}

const Words = ({ draft, change }: Props) => {
  const t = useT()
  const { keywords } = draft
  if (keywords === null) return null
  const put = (kind: SmsKeywordKind, words: string[]) => change({ keywords: { ...keywords, [kind]: words } })
  return SMS_KEYWORD_KINDS.map(kind => (
    <TagsInput
      key={kind}
      label={t(`sms.words.${kind}`)}
      maxTags={100}
      maxLength={40}
      value={keywords[kind]}
      onChange={words => put(kind, words)}
    />
  ))
}

/** What is understood, what follows, and what is answered. */
export const SmsReplies = ({ draft, change }: Props) => {
  const t = useT()
  const ownWords = useSwitch(draft.keywords, SMS_DEFAULT_KEYWORDS, keywords => change({ keywords }))
  return (
    <Stack>
      <Select
        label={t('sms.optOutLevel')}
        description={t('sms.optOutLevelHint')}
        allowDeselect={false}
        data={SMS_OPT_OUT_LEVELS.map(value => ({ value, label: t(`sms.optOutLevel.${value}`) }))}
        value={draft.optOutLevel}
        onChange={value =>
          change({ optOutLevel: SMS_OPT_OUT_LEVELS.find(one => one === value) ?? 'channel' })
        }
      />
      <Switch
        label={t('sms.ownWords')}
        description={t('sms.ownWordsHint')}
        checked={draft.keywords !== null}
        onChange={event => ownWords(event.currentTarget.checked)}
      />
      <Words draft={draft} change={change} />
      <Text size="sm">{t('sms.answersHint')}</Text>
      {ANSWERED.map(kind => (
        <Textarea
          key={kind}
          label={t(`sms.answer.${kind}`)}
          autosize
          maxLength={MAX_SMS_ANSWER}
          value={draft.answers[kind]}
          onChange={event => change({ answers: { ...draft.answers, [kind]: event.currentTarget.value } })}
        />
      ))}
    </Stack>
  )
}
