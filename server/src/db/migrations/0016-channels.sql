-- What sending email needs beside a server: signing keys, a life cycle of configurations, seed lists, attachments.

create table dkim_key (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  domain text not null,
  selector text not null,
  algorithm text not null,                   -- rsa, ed25519
  public_key text not null,                  -- the p= of its record
  sealed_private_key text not null,
  status text not null,                      -- waiting, active, retired
  created_at timestamptz not null,
  created_by text not null,
  activated_at timestamptz,
  retired_at timestamptz,
  unique (sandbox_id, domain, selector)
);
-- One of each algorithm signs; the others wait to take over, or are kept until nobody verifies with them any more.
create unique index dkim_key_active on dkim_key (sandbox_id, domain, algorithm) where status = 'active';

-- What was there before stays in use, for campaigns of both categories.
alter table channel_configuration
  add column description text not null default '',
  add column category text,                  -- transactional, marketing; null: both
  add column status text not null default 'active', -- draft, active, failed, deactivated
  add column labels text[] not null default '{}',
  add column checks jsonb,                   -- the last live checks, and when
  add column seed_list_id uuid;

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
