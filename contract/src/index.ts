/** The HTTP API as values: schemas, error codes, reasons. The types are inferred from the schemas. */

export {
  AjoError,
  ChannelData,
  DryRunRecipient,
  DryRunResult,
  ExecutionAccepted,
  MAX_CONTEXT_BYTES,
  MAX_RECIPIENTS,
  Recipient,
  TokenRequest,
  TokenResponse,
  UnitaryRequest,
  UnitaryStatus,
} from './ajo.ts'
export {
  CAMPAIGN_STATUSES,
  Campaign,
  CampaignCreate,
  CampaignList,
  CampaignListQuery,
  CampaignPatch,
  CampaignProperties,
  type CampaignStatus,
  CampaignSummary,
  CampaignVersion,
  EmailContent,
  Finding,
  PreviewRequest,
  PreviewResult,
  TestSendRequest,
  TestSendResult,
  TriggerSample,
  ValidationResult,
} from './campaigns.ts'
export { ERRORS, type ErrorCode, type ErrorEntry } from './errors.ts'
export {
  Attempt,
  Counts,
  Execution,
  ExecutionList,
  ExecutionListQuery,
  ExecutionSummary,
  Message,
  MessageList,
  MessageListQuery,
  MessageSummary,
} from './executions.ts'
export { InboxList, InboxMail, InboxQuery, InboxSummary } from './inbox.ts'
export { Identity, Profile, ProfileList, ProfileListQuery, ProfilePatch, ProfileUpsert } from './people.ts'
export {
  MESSAGE_STATES,
  type MessageState,
  REASONS,
  type ReasonCode,
  type ReasonEntry,
  SETTLED_STATES,
} from './reasons.ts'
export {
  ApiClient,
  ApiClientCreate,
  ApiClientCreated,
  ApiClientList,
  ChannelConfiguration,
  ChannelConfigurationList,
  EmailConfigurationWrite,
  LinkLogin,
  PasswordChange,
  PasswordLogin,
  Sandbox,
  SandboxList,
  Session,
  SmtpSettings,
  Transport,
  TransportList,
  TransportWrite,
} from './settings.ts'
export {
  choice,
  closed,
  Id,
  IdParams,
  Instant,
  JsonObject,
  listOf,
  listQuery,
  nullable,
  ProblemBody,
} from './shapes.ts'
export {
  TEMPLATE_TARGETS,
  TemplateRenderRequest,
  TemplateRenderResult,
  type TemplateTarget,
} from './templates.ts'
