-- Runs over audiences, and runs that are asked for a later moment.

-- One run: its members are written down once (run_member), and become messages chunk by chunk.
create table audience_run (
  execution_id uuid primary key,
  sandbox_id uuid not null,
  campaign_id uuid not null,
  audience_id uuid not null,
  context jsonb not null,                    -- of the call, shared by all members
  state text not null,                       -- counting, adding, added, cancelled, failed
  members int not null,                      -- in the snapshot
  position int not null,                     -- so many of them are messages, or left out
  detail text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index audience_run_open on audience_run (execution_id) where state in ('counting', 'adding');

-- Emptied when its run is over.
create table run_member (
  execution_id uuid not null,
  position int not null,
  profile_id uuid not null,
  extra jsonb,                               -- what the audience says of the member beside the profile
  primary key (execution_id, position)
);

create table audience_schedule (
  id uuid primary key,
  sandbox_id uuid not null,
  campaign_id uuid not null,
  audience_id uuid,                          -- null: the campaign's, at that moment
  request_id text,
  context jsonb not null,
  execute_at timestamptz not null,           -- on the machine's time, as everything that waits
  status text not null,                      -- scheduled, triggered, cancelled, failed
  execution_id uuid,
  detail text not null,
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null
);
create index audience_schedule_due on audience_schedule (execute_at) where status = 'scheduled';
create index audience_schedule_sandbox on audience_schedule (sandbox_id, id desc);
