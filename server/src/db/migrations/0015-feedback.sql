-- What later became of messages, and where providers report it.

-- Append-only, partitioned like the ledger. One row for each thing that was reported of an attempt, however often.
create table feedback_event (
  message_id uuid not null,
  generation smallint not null,              -- with attempt 0: it is not known of which hand-over
  attempt smallint not null,
  kind text not null,                        -- sent, delivered, delay, bounce, complaint, unsubscribe, not_spam
  key text not null,                         -- tells several of a kind apart; '' where there is one at most
  at timestamptz not null,                   -- when it happened, as far as it was said
  received_at timestamptz not null,
  source text not null,                      -- smtp, or the provider of a webhook
  code int,                                  -- AJO's reason; null: nothing went wrong
  status text not null,                      -- enhanced status (RFC 3463) as reported, or ''
  answer text not null,
  remote text not null,                      -- who reported it, or ''
  primary key (message_id, generation, attempt, kind, key)
) partition by range (message_id);
create table feedback_event_default partition of feedback_event default;

-- A webhook of a provider: its id stands in the address that the provider posts to.
create table feedback_source (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  provider text not null check (provider in ('ses', 'sendgrid')),
  name text not null,
  settings jsonb not null,                   -- ses: topicArn; sendgrid: publicKey
  confirmed_at timestamptz,                  -- ses: when the topic was subscribed
  created_at timestamptz not null,
  created_by text not null,
  constraint feedback_source_name_key unique (sandbox_id, name)
);

-- How often, and when last: 'smtp', or the id of a webhook.
create table feedback_tally (
  source text not null,
  outcome text not null check (outcome in ('received', 'ignored', 'refused')),
  n bigint not null,
  last_at timestamptz not null,
  primary key (source, outcome)
);

-- Calls of webhooks that were taken: a second one is refused. Kept as long as a call is young enough to be taken.
create table feedback_seen (
  source_id uuid not null,
  key bytea not null,
  at timestamptz not null,
  primary key (source_id, key)
);
create index feedback_seen_at on feedback_seen (at);

alter table consent_event drop constraint consent_event_source_check;
alter table consent_event add constraint consent_event_source_check
  check (source in ('api', 'preference_page', 'one_click', 'link', 'import', 'studio', 'mailto', 'provider',
    'profile'));
