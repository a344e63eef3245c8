/** Everything below `/api/v1`, one plugin for each resource. */
import type { ResourcePlugin } from '../http/app.ts'
import { allowedListRoutes } from '../http/resources/allowed-list.routes.ts'
import { audienceUploadRoutes } from '../http/resources/audience-uploads.routes.ts'
import { audienceRoutes } from '../http/resources/audiences.routes.ts'
import { campaignFileRoutes } from '../http/resources/campaign-files.routes.ts'
import { campaignRoutes } from '../http/resources/campaigns.routes.ts'
import { clockRoutes } from '../http/resources/clock.routes.ts'
import { configurationRoutes } from '../http/resources/configurations.routes.ts'
import { consentRoutes } from '../http/resources/consent.routes.ts'
import { deadLetterRoutes } from '../http/resources/dead-letters.routes.ts'
import { dkimKeyRoutes } from '../http/resources/dkim-keys.routes.ts'
import { encryptionKeyRoutes } from '../http/resources/encryption-keys.routes.ts'
import { eventRoutes } from '../http/resources/events.routes.ts'
import { executionRoutes } from '../http/resources/executions.routes.ts'
import { type FeedbackDeps, feedbackRoutes } from '../http/resources/feedback.routes.ts'
import { fragmentRoutes } from '../http/resources/fragments.routes.ts'
import { holdRoutes } from '../http/resources/holds.routes.ts'
import { importReportRoutes } from '../http/resources/import-reports.routes.ts'
import { importRoutes } from '../http/resources/imports.routes.ts'
import { inboxRoutes } from '../http/resources/inbox.routes.ts'
import { lookupTableRoutes } from '../http/resources/lookup-tables.routes.ts'
import { namespaceRoutes } from '../http/resources/namespaces.routes.ts'
import { privacyRoutes } from '../http/resources/privacy.routes.ts'
import { profileBatchRoutes } from '../http/resources/profile-batch.routes.ts'
import { profileExportRoutes } from '../http/resources/profile-export.routes.ts'
import { profileMergeRoutes } from '../http/resources/profile-merge.routes.ts'
import { profilePartRoutes } from '../http/resources/profile-parts.routes.ts'
import { profileSchemaRoutes } from '../http/resources/profile-schema.routes.ts'
import { profileRoutes } from '../http/resources/profiles.routes.ts'
import { pushDeviceRoutes } from '../http/resources/push-devices.routes.ts'
import { ruleSetRoutes } from '../http/resources/rule-sets.routes.ts'
import { type ScheduleDeps, scheduleRoutes } from '../http/resources/schedules.routes.ts'
import { sendingListRoutes } from '../http/resources/sending-lists.routes.ts'
import { smsInboundRoutes } from '../http/resources/sms-inbound.routes.ts'
import { suppressionRoutes } from '../http/resources/suppressions.routes.ts'
import { templateRoutes } from '../http/resources/templates.routes.ts'
import { topicRoutes } from '../http/resources/topics.routes.ts'
import { trackingResource } from '../http/resources/tracking.routes.ts'
import { trafficRoutes } from '../http/resources/traffic.routes.ts'
import { transportRoutes } from '../http/resources/transports.routes.ts'
import { whyRoutes } from '../http/resources/why.routes.ts'

/** The resources of the native API. */
export const resourcesOf = (shared: ScheduleDeps & FeedbackDeps): ResourcePlugin[] => [
  campaignRoutes(shared),
  campaignFileRoutes(shared),
  profileRoutes(shared),
  profilePartRoutes(shared),
  profileMergeRoutes(shared),
  profileBatchRoutes(shared),
  profileExportRoutes(shared),
  importRoutes(shared),
  importReportRoutes(shared),
  namespaceRoutes(shared),
  profileSchemaRoutes(shared),
  pushDeviceRoutes(shared),
  privacyRoutes(shared),
  audienceRoutes(shared),
  audienceUploadRoutes(shared),
  eventRoutes(shared),
  fragmentRoutes(shared),
  lookupTableRoutes(shared),
  encryptionKeyRoutes(shared),
  executionRoutes(shared),
  deadLetterRoutes(shared),
  whyRoutes(shared),
  trafficRoutes(shared),
  trackingResource(shared),
  holdRoutes(shared),
  scheduleRoutes(shared),
  ruleSetRoutes(shared),
  transportRoutes(shared),
  smsInboundRoutes(shared),
  sendingListRoutes(shared),
  configurationRoutes(shared),
  dkimKeyRoutes(shared),
  suppressionRoutes(shared),
  allowedListRoutes(shared),
  topicRoutes(shared),
  consentRoutes(shared),
  feedbackRoutes(shared),
  inboxRoutes(shared),
  clockRoutes(shared),
  templateRoutes(shared),
]
