/** Why a message is in the state it is in: the stable reason codes of the ledger, with AJO's number where it has one. */

/** One reason: AJO's exclusion code if any, its name, and a sentence for a support person. */
export interface ReasonEntry {
  readonly ajoCode?: string
  readonly ajoName?: string
  readonly title: string
}

/** Every reason that the ledger can hold. */
export const REASONS = {
  email_no_address: {
    ajoCode: '050020',
    ajoName: 'EmailNoAddressFoundInProfile',
    title: 'No email address was found for the person',
  },
  email_malformed_address: {
    ajoCode: '050024',
    ajoName: 'EmailMalformedAddress',
    title: 'The email address is malformed',
  },
  email_no_consent: {
    ajoCode: '050101',
    ajoName: 'EmailNoConsent',
    title: 'The person has opted out of marketing email',
  },
  sms_no_sender: {
    ajoCode: '050152',
    ajoName: 'SMSFromNumberNotDefinedInPreset',
    title: 'The channel configuration has no sender number',
  },
  sms_no_number: {
    ajoCode: '050153',
    ajoName: 'SMSNoToNumberDefinedInProfile',
    title: 'No phone number was found for the person',
  },
  sms_malformed_number: {
    ajoCode: '050153',
    ajoName: 'SMSNoToNumberDefinedInProfile',
    title: 'The phone number is none, or lacks its country code',
  },
  sms_no_consent: {
    ajoCode: '050104',
    ajoName: 'SMSNoConsent',
    title: 'The person has opted out of marketing SMS',
  },
  sms_sender_opted_out: {
    ajoCode: '050104',
    ajoName: 'SMSNoConsent',
    title: 'The person wants no messages from this sender',
  },
  push_no_token: {
    ajoCode: '050030',
    ajoName: 'PushNoTokenFoundInProfile',
    title: 'The person has no push device',
  },
  push_no_valid_token: {
    ajoCode: '050031',
    ajoName: 'PushNoValidTokenFoundForApps',
    title: 'The person has no device of the apps of the channel configuration that still takes messages',
  },
  push_no_app: {
    ajoCode: '050033',
    ajoName: 'PushNoApplicationDefinedInPreset',
    title: 'The channel configuration has no app',
  },
  push_malformed_profile: {
    ajoCode: '050034',
    ajoName: 'PushMalformedProfile',
    title: 'The push devices of the person cannot be read',
  },
  push_no_consent: {
    ajoCode: '050111',
    ajoName: 'PushNoConsent',
    title: 'The person has opted out of marketing push notifications',
  },
  topic_not_subscribed: {
    ajoCode: '050101',
    ajoName: 'EmailNoConsent',
    title: 'The person is not subscribed to the topic of the campaign, or has not confirmed it yet',
  },
  frequency_capped: {
    ajoCode: '050002',
    ajoName: 'ExcludedForControlRules',
    title: 'The person has had as many marketing messages as a rule allows',
  },
  quiet_hours: {
    ajoCode: '050002',
    ajoName: 'ExcludedForControlRules',
    title: 'Quiet hours of a rule set: the message is discarded, or would be too late when they end',
  },
  quiet_hours_wait: { title: 'Waits for the end of the quiet hours' },
  email_suppressed: {
    ajoCode: '050102',
    ajoName: 'EmailSuppressed',
    title: 'The email address is on the suppression list',
  },
  domain_suppressed: {
    ajoCode: '050105',
    ajoName: 'DomainSuppressed',
    title: 'The domain of the email address is on the suppression list',
  },
  email_not_allowed: {
    ajoCode: '050103',
    ajoName: 'EmailNotAllowed',
    title: 'The allowed list is on, and neither the email address nor its domain is on it',
  },
  profile_erased: { title: 'The person was erased before the message was sent' },
  identity_missing: {
    ajoCode: '050020',
    ajoName: 'EmailNoAddressFoundInProfile',
    title: 'The person has no identity in the namespace of the campaign',
  },
  render_error: {
    ajoCode: '050302',
    ajoName: 'RuntimeRenderingError',
    title: 'The content could not be rendered',
  },
  lookup_missing: {
    ajoCode: '050302',
    ajoName: 'RuntimeRenderingError',
    title: 'A lookup table has no row for the person, and the content requires one',
  },
  dispatch_error: {
    ajoCode: '050301',
    ajoName: 'RuntimeDispatchError',
    title: 'The message could not be handed over',
  },
  expired: { title: 'The message expired before it could be sent' },
  poisoned: { title: 'Set aside: taken up three times without reaching the hand-over' },
  temporary_refusal: { title: 'The provider refused for now; another attempt follows' },
  throttled: { title: 'The provider asked to slow down; another attempt follows' },
  rejected: { title: 'The provider refused for good' },
  retry_period_over: { title: 'The provider refused for now until the retry period was over' },
  worker_lost: { title: 'The worker died between the permit and the record; the message may have been sent' },
  connection_cut: { title: 'The connection was cut after the hand-over; the message may have been sent' },
  paused: { title: 'Kept back: the campaign or the execution is paused' },
  stopped: { title: 'Kept back: sending in this sandbox was stopped' },
  runaway: { title: 'Kept back: the campaign went over a ceiling of its runaway guard; a person decides' },
  stale: { title: 'Kept back: it is later than the campaign allows; a person decides' },
  held_too_long: { title: 'Left out: it was kept back for seven days, and nobody let it go on' },
  released: { title: 'Was kept back, and a person let it go on' },
  cancelled_by_person: { title: 'Cancelled before it was sent' },
  paced: { title: 'Waits for its turn under a rate limit' },
  breaker_open: { title: 'Waits: the provider failed many times in a row, and is left alone for a while' },
  rate_window_over: { title: 'Left out: a rate-limited run may last 12 hours, and they were over' },
  once_window: { title: 'Left out: the person already got this campaign within its once-per-person window' },
  person_ceiling: {
    title: 'Left out: the person already got as many of this campaign today as the guard allows',
  },
  redriven: { title: 'A person asked for another try' },
  redriven_by_policy: { title: 'Another try by the policy of the campaign: the provider de-duplicates' },
  bounced: { title: 'It was unknown; a report says that it could not be delivered' },
  settled_by_person: { title: 'It was unknown; a person has evidence that it did not arrive' },
  not_handed_over: { title: 'The permit ran out before the hand-over; another attempt follows' },
} as const satisfies Record<string, ReasonEntry>

/** A stable reason code. */
export type ReasonCode = keyof typeof REASONS

/** The states of a message (the ledger's). */
export const MESSAGE_STATES = [
  'ready',
  'claimed',
  'handing_over',
  'held',
  'sent',
  'excluded',
  'failed',
  'cancelled',
  'unknown',
] as const
/** A state of a message. */
export type MessageState = (typeof MESSAGE_STATES)[number]

/** The states in which nothing more happens by itself. All others are open. */
export const SETTLED_STATES = [
  'sent',
  'excluded',
  'failed',
  'cancelled',
  'unknown',
] as const satisfies MessageState[]
