-- A life cycle of configurations, seed lists, attachments, groups of transports.

-- What was there before stays in use, for campaigns of both categories.
alter table channel_configuration
  add column description text not null default '',
  add column category text,                  -- transactional, marketing; null: both
  add column status text not null default 'active', -- draft, active, failed, deactivated
  add column labels text[] not null default '{}',
  add column checks jsonb,                   -- the last live checks, and when
  add column seed_list_id uuid,
  add column seed_list_chosen_at timestamptz; -- what is older than that gets no copy

-- Addresses of our own that get a copy of what is sent, to see how it arrives. No recipients, and counted as none.
create table seed_list (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  addresses text[] not null,
  profile jsonb not null,                    -- what content is personalised with
  context jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  unique (sandbox_id, name)
);
alter table channel_configuration
  add constraint channel_configuration_seed_list foreign key (seed_list_id) references seed_list (id);

-- Files that go with a campaign's mail. A version names them, so a row outlives the draft.
create table campaign_file (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  campaign_id uuid not null references campaign (id) on delete cascade,
  name text not null,
  media_type text not null,
  size int not null,
  content bytea not null,
  created_at timestamptz not null
);
create index campaign_file_campaign on campaign_file (campaign_id);

-- Transports that share mail evenly.
create table transport_group (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  transport_ids uuid[] not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  unique (sandbox_id, name)
);
alter table channel_configuration add column transport_group_id uuid references transport_group (id);

-- What was called none took TLS wherever it was offered, and logged in without it where it was not.
update transport set settings = jsonb_set(settings, '{security}', '"opportunistic"')
where kind = 'smtp' and settings ->> 'security' = 'none';

-- Copies for seeds have a version of their own, so that the sums of a campaign know nothing of them.
alter table campaign_version add column for_seeds boolean not null default false;
-- Reports of copies are shown, and nothing follows from them for the message.
alter table feedback_event add column of_copy boolean not null default false;
-- What seeds got their copy of: a live version, or a run.
create table seed_send (
  subject_id uuid primary key,
  sent_at timestamptz not null
);
