-- The delivery engine: holds, the story of a message, shared rates and breakers, limits per person, test clocks.

-- What keeps messages back on purpose (pause, big stop, runaway guard) or ends them (cancel). Open while lifted_at is
-- null. The mark asks this table, so a hold takes effect with its commit; `sweep` moves rows in its own time.
create table hold (
  id uuid primary key,
  sandbox_id uuid not null,
  kind text not null check (kind in ('stop', 'pause', 'runaway', 'cancel')),
  scope text not null check (scope in ('sandbox', 'campaign', 'execution')),
  scope_id uuid not null,
  before_id uuid,                            -- only messages whose id is lower; null: all
  detail text not null,
  created_at timestamptz not null,
  created_by text not null,
  lifted_at timestamptz,
  lifted_by text
);
create unique index hold_open on hold (scope_id, kind) where lifted_at is null and kind <> 'cancel';
create index hold_sandbox on hold (sandbox_id, created_at desc);
drop table control;

-- What happened to a message beside its hand-overs: rare, append-only, partitioned like the ledger.
create table message_event (
  message_id uuid not null,
  at timestamptz not null,
  kind text not null,                        -- held, released, redriven, discarded, cancelled, refused, settled
  generation smallint not null,
  state text not null,                       -- the state it was in, or got (refused)
  reason text,
  detail text not null,
  actor text not null                        -- a person, a client, or 'carillon'
) partition by range (message_id);
create table message_event_default partition of message_event default;
create index message_event_message on message_event (message_id, at);

-- Dead letters that a person put away: the message stays failed or unknown, the list leaves it out.
create table discarded (
  message_id uuid primary key,
  sandbox_id uuid not null,
  at timestamptz not null,
  by text not null
);

-- Shared rates: the next free moment of every limited thing; workers lease moments from it.
create table pace (
  key text primary key,                      -- campaign:…, transport:…, domain:<transport>:<domain>
  free_at timestamptz not null,
  learned_rate double precision,             -- per second, after the provider asked to slow down; null: none
  learned_at timestamptz
);

create table breaker (
  transport_id uuid primary key,
  failures int not null,                     -- in a row, all workers together
  opened int not null,                       -- how often in a row it opened: makes the wait longer
  open_until timestamptz,                    -- null: closed
  code text not null,
  answer text not null,
  changed_at timestamptz not null
);

-- One row for each message that counts for a person and a campaign (once-window, ceiling per person).
create table recipient_use (
  campaign_id uuid not null,
  person_key text not null,
  message_id uuid not null,
  at timestamptz not null,
  primary key (campaign_id, person_key, message_id)
);
create index recipient_use_age on recipient_use using brin (at);

-- How many messages of a guarded campaign were taken up in each minute.
create table campaign_minute (
  campaign_id uuid not null,
  minute timestamptz not null,
  n int not null,
  primary key (campaign_id, minute)
);

alter table channel_configuration add column fallback_transport_ids uuid[] not null default '{}';
alter table api_client add column calls_per_second int;
alter table sandbox add column test_clock boolean not null default false;
alter table sandbox add column clock_offset_ms bigint not null default 0;

-- Pages and chunks of one execution.
create index message_execution_id on message (execution_id, id);
drop index message_execution;

-- Every message to a person, newest first. Eight bytes of hash instead of the words: found by the same expression, and
-- then compared with the words. It costs an accept some 5 µs and 80 bytes of WAL for each message.
create index message_person on message
  (hashtextextended(lower(recipient ->> 'namespace') || ' ' || (recipient ->> 'userId'), 0), id);

-- Dead letters by age and the messages kept back, without reading the rest.
drop index delivery_trouble;
create index delivery_trouble on delivery (sandbox_id, state, message_id) where state in ('failed', 'unknown', 'held');

-- The few versions whose unknown messages are tried again by themselves.
create index campaign_version_retries on campaign_version (id) where properties ->> 'unknownPolicy' = 'retry';
