/** The catalogue of everything a caller can be refused for. Codes are stable; `docs/errors.md` is checked against it. */

/** One entry: the HTTP status, a title for a person, and the code that AJO routes show in `type`. */
export interface ErrorEntry {
  readonly status: number
  readonly title: string
  readonly ajo: string
}

const entry = (status: number, title: string, ajo = 'CJMRT-000071'): ErrorEntry => ({ status, title, ajo })

/** Every error code of the API. The status is applied in one place only, where errors become responses. */
export const ERRORS = {
  payload_invalid: entry(400, 'The request has missing or wrong members'),
  payload_not_json: entry(400, 'The body is not valid JSON'),
  payload_unstorable: entry(400, 'The request holds a character that cannot be stored (U+0000)'),
  campaign_unknown: entry(400, 'There is no such campaign in this sandbox'),
  campaign_not_live: entry(400, 'The campaign is not live'),
  campaign_not_started: entry(400, 'The campaign has not started yet'),
  campaign_ended: entry(400, 'The campaign has ended'),
  campaign_high_throughput: entry(400, 'The campaign takes calls on the high-throughput route only'),
  campaign_not_high_throughput: entry(400, 'The campaign takes no calls on the high-throughput route'),
  campaign_marketing: entry(400, 'The campaign is a marketing one: it goes to an audience'),
  campaign_not_marketing: entry(
    400,
    'The campaign is not a marketing one: it goes to people named in the call',
  ),
  audience_unknown: entry(400, 'There is no such audience in this sandbox'),
  schedule_over: entry(400, 'The schedule was triggered or cancelled already'),
  campaign_invalid: entry(400, 'The campaign has errors and cannot be activated'),
  campaign_state: entry(400, 'The campaign is in a state that does not allow this'),
  fragment_invalid: entry(400, 'The fragment has errors and cannot be published'),
  dkim_unpublished: entry(400, 'The record of the DKIM key is not published'),
  resource_state: entry(400, 'The resource is in a state that does not allow this'),
  message_state: entry(400, 'The message is in a state that does not allow this'),
  sandbox_production: entry(400, 'Time cannot be moved in a production sandbox'),
  profile_unknown: entry(400, 'A recipient has no profile, and the campaign does not create profiles'),
  resource_in_use: entry(400, 'The resource is used by others and cannot be removed'),
  list_full: entry(400, 'The list has as many entries as it may'),
  name_taken: entry(400, 'The name is already used'),
  token_missing: entry(401, 'The call carries no access token', 'CJMRT-000013'),
  token_invalid: entry(401, 'The access token is unknown, expired or revoked', 'CJMRT-000013'),
  credentials_wrong: entry(401, 'The credentials are wrong', 'CJMRT-000013'),
  session_missing: entry(401, 'You are not logged in', 'CJMRT-000013'),
  link_invalid: entry(401, 'The log-in link is unknown, used or too old', 'CJMRT-000013'),
  webhook_forged: entry(401, 'The call does not come from the provider that it names', 'CJMRT-000013'),
  header_missing: entry(400, 'A required header is missing'),
  organization_foreign: entry(403, 'The organization is not the one of this instance', 'CJMRT-000014'),
  sandbox_forbidden: entry(403, 'The sandbox does not exist or is not open to this client', 'CJMRT-000014'),
  api_key_foreign: entry(403, 'The API key does not belong to the access token', 'CJMRT-000014'),
  webhook_replayed: entry(403, 'The call was taken before, or is too old', 'CJMRT-000014'),
  csrf_invalid: entry(403, 'The request did not come from the studio', 'CJMRT-000014'),
  not_found: entry(404, 'There is nothing at this address'),
  method_unknown: entry(404, 'There is no such route'),
  revision_stale: entry(409, 'Somebody else changed this in the meantime'),
  request_id_conflict: entry(409, 'The requestId was already used for another call'),
  profile_conflict: entry(409, 'An identity already belongs to another profile'),
  payload_too_large: entry(413, 'The body is too large'),
  media_type_unsupported: entry(415, 'The body must be application/json'),
  rate_limited: entry(429, 'Too many calls'),
  internal: entry(500, 'Something went wrong on our side', 'CJMRT-000500'),
  unavailable: entry(
    503,
    'The database cannot be reached or takes no more; repeat the call later',
    'CJMRT-000503',
  ),
} as const satisfies Record<string, ErrorEntry>

/** A stable error code. */
export type ErrorCode = keyof typeof ERRORS
