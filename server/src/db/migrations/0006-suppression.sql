-- Addresses and domains that are never written to (client), or that alone are (allowed), and what leads there by itself.

create table suppression (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  list text not null check (list in ('client', 'allowed')),
  type text not null check (type in ('email', 'domain')),
  value text collate "C" not null,           -- lower case, a domain in its ASCII form
  category text not null check (category in ('HARD', 'SOFT', 'MANUAL')),
  reason text not null,
  comment text not null,
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  unique (sandbox_id, list, type, value)
);
create index suppression_newest on suppression (sandbox_id, list, id desc);
create index suppression_created on suppression (sandbox_id, list, created_at desc, id desc);

-- No row: the defaults, which are a threshold of 5 and an allowed list that is off.
create table suppression_setting (
  sandbox_id uuid primary key references sandbox (id),
  soft_threshold int not null default 5 check (soft_threshold between 1 and 20),
  allowed_on boolean not null default false
);

-- Addresses whose last answer was a soft bounce; a delivery removes the row.
create table bounce_count (
  sandbox_id uuid not null,
  address text collate "C" not null,
  soft_count int not null,
  last_at timestamptz not null,
  primary key (sandbox_id, address)
);

-- What was counted already: once for each message, generation and attempt. Old ones go when the address bounces again.
create table bounce_event (
  message_id uuid not null,
  generation int not null,
  attempt int not null,
  kind text not null check (kind in ('bounce', 'complaint', 'delivered')),
  sandbox_id uuid not null,
  address text collate "C" not null,
  at timestamptz not null,
  class text not null check (class in ('HARD', 'SOFT', 'SUCCEEDED')),
  code int,
  answer text not null,
  primary key (message_id, generation, attempt, kind)
);
create index bounce_event_address on bounce_event (sandbox_id, address, at desc);

-- Uploaded files as they came, worked off in steps: `handled_count` is how far it got.
create table suppression_upload (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  list text not null check (list in ('client', 'allowed')),
  filename text not null,
  content bytea,                             -- null: done with
  status text not null check (status in ('ACCEPTED', 'PENDING', 'COMPLETE', 'CANCELED', 'ERROR')),
  problem text not null default '',          -- why the whole file was refused
  record_count int not null default 0,
  handled_count int not null default 0,
  failed_count int not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz
);
create index suppression_upload_sandbox on suppression_upload (sandbox_id, id desc);
create index suppression_upload_open on suppression_upload (id) where status in ('ACCEPTED', 'PENDING');

create table suppression_upload_failure (
  upload_id uuid not null references suppression_upload (id) on delete cascade,
  n int not null,                            -- the record's number in the file, from 1
  type text not null,
  value text not null,
  comment text not null,
  reason text not null,
  primary key (upload_id, n)
);

-- A list that is being emptied: what was there when it was asked for.
create table suppression_clearing (
  sandbox_id uuid primary key references sandbox (id),
  asked_at timestamptz not null,
  asked_by text not null
);
