-- The organization's configuration, its people, and the ledger. Ids and times are given by the application.

create table setting (
  key text primary key,
  value jsonb not null
);

create table sandbox (
  id uuid primary key,
  name text not null unique,
  production boolean not null,
  created_at timestamptz not null
);

create table api_client (
  id text primary key,
  name text not null,
  secret_hash bytea not null,
  token_hash bytea not null unique,
  sandbox_names text[],                      -- null: every sandbox
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table studio_user (
  id uuid primary key,
  name text not null unique,
  password_hash text,
  created_at timestamptz not null
);

create table login_link (
  token_hash bytea primary key,
  user_id uuid not null references studio_user (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table studio_session (
  token_hash bytea primary key,
  user_id uuid not null references studio_user (id) on delete cascade,
  csrf_token text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table transport (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  kind text not null,
  settings jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  unique (sandbox_id, name)
);

create table channel_configuration (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  channel text not null,
  transport_id uuid not null references transport (id),
  settings jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  unique (sandbox_id, name)
);

create table campaign (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  draft jsonb,                               -- null: nothing is being edited
  live_version_id uuid,
  revision int not null default 1,           -- raised by every change: two editors cannot overwrite each other
  stopped_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null
);
create index campaign_sandbox on campaign (sandbox_id, id desc);

create table campaign_version (
  id uuid primary key,
  campaign_id uuid not null references campaign (id) on delete cascade,
  sandbox_id uuid not null,
  number int,                                -- null: the snapshot of a draft, made for a test send
  properties jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (campaign_id, number)
);

create table profile (
  id uuid primary key,
  sandbox_id uuid not null,
  attributes jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null
);
create index profile_sandbox on profile (sandbox_id, id desc);

create table identity (
  sandbox_id uuid not null,
  namespace text not null,                   -- lower case
  value text not null,
  profile_id uuid not null references profile (id) on delete cascade,
  primary key (sandbox_id, namespace, value)
);
create index identity_profile on identity (profile_id);

-- The ledger (docs: ARCHITECTURE.md, life of a message). Partitioned by the UUIDv7 id from the start: changing
-- that later means rewriting every row. No foreign keys here.

create table trigger_key (
  sandbox_id uuid not null,
  request_id text not null,
  body_hash bytea not null,
  execution_id uuid not null,
  created_at timestamptz not null,
  primary key (sandbox_id, request_id)
);
create index trigger_key_age on trigger_key using brin (created_at);

create table execution (
  id uuid primary key,
  sandbox_id uuid not null,
  campaign_id uuid not null,
  campaign_version_id uuid not null,
  kind text not null,
  request_id text,
  recipient_count int not null,
  created_at timestamptz not null,
  created_by text not null
) partition by range (id);
create table execution_default partition of execution default;
create index execution_campaign on execution (campaign_id, id);

create table message (
  id uuid primary key,
  execution_id uuid not null,
  recipient jsonb not null,
  context jsonb not null
) partition by range (id);
create table message_default partition of message default;
create index message_execution on message (execution_id);

create table delivery (
  message_id uuid primary key,
  sandbox_id uuid not null,
  execution_id uuid not null,
  lane text not null,
  state text not null check (state in
    ('ready', 'claimed', 'handing_over', 'held', 'sent', 'excluded', 'failed', 'cancelled', 'unknown')),
  reason text,
  due_at timestamptz not null,
  changed_at timestamptz not null,
  claims smallint not null default 0,
  attempt smallint not null default 0,
  generation smallint not null default 1,
  worker_id uuid,
  worker_epoch int,
  first_handover_at timestamptz,
  expires_at timestamptz
) partition by range (message_id);
create table delivery_default partition of delivery default with (fillfactor = 60);
create index delivery_ready on delivery (lane, due_at) where state = 'ready';
create index delivery_worker on delivery (worker_id) where state in ('claimed', 'handing_over');
create index delivery_trouble on delivery (sandbox_id, message_id) where state in ('failed', 'unknown', 'held');

create table attempt (
  message_id uuid not null,
  generation smallint not null,
  n smallint not null,
  transport_id uuid,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  outcome text not null,
  code text not null,
  answer text not null
) partition by range (message_id);
create table attempt_default partition of attempt default;
create index attempt_message on attempt (message_id);

-- Running sums, changed in the transaction of the change they count; shards keep writers out of each other's way.
create table tally (
  scope uuid not null,                       -- the campaign version
  hour timestamptz not null,                 -- of the change
  state text not null,
  reason text not null,
  shard smallint not null,
  n bigint not null,
  primary key (scope, hour, state, reason, shard)
);

create table worker (
  id uuid primary key,
  epoch int not null,
  heartbeat_at timestamptz not null,
  name text not null unique
);

create table control (
  sandbox_id uuid primary key,
  stopped boolean not null
);
