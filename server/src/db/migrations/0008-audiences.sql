-- Audiences: which people; and what people did.

create table audience (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  kind text not null check (kind in ('rule', 'upload')),
  name text not null,
  description text not null,
  rule jsonb,                                -- null: an upload
  columns text[] not null default '{}',      -- of an upload: the members that its `extra` have had
  revision int not null default 1,           -- raised by every change: two editors cannot overwrite each other
  archived_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null,
  unique (sandbox_id, name)
);
create index audience_sandbox on audience (sandbox_id, id desc);

create table audience_member (
  audience_id uuid not null references audience (id) on delete cascade,
  profile_id uuid not null references profile (id) on delete cascade,
  extra jsonb not null,
  primary key (audience_id, profile_id)
);
create index audience_member_profile on audience_member (profile_id);

-- A file of members on its way in: the API cuts it into parts of rows, the background process takes them up one by one.
create table audience_upload (
  id uuid primary key,
  sandbox_id uuid not null,
  audience_id uuid not null references audience (id) on delete cascade,
  namespace text not null,
  create_profiles boolean not null,
  state text not null check (state in ('receiving', 'waiting', 'done')),
  rows_received bigint not null default 0,
  rows_done bigint not null default 0,
  added bigint not null default 0,
  replaced bigint not null default 0,
  refused bigint not null default 0,
  refusals jsonb not null default '[]',      -- the first of them: [{ line, reason }]
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null
);
create index audience_upload_audience on audience_upload (audience_id, id desc);
create index audience_upload_open on audience_upload (id) where state <> 'done';

create table audience_upload_part (
  upload_id uuid not null references audience_upload (id) on delete cascade,
  n int not null,
  rows jsonb not null,                       -- [{ line, value, extra }]
  primary key (upload_id, n)
);

-- What people did, as their systems tell. `event_key` is the caller's id: the same event told twice is one.
create table person_event (
  id uuid primary key,
  sandbox_id uuid not null,
  profile_id uuid not null references profile (id) on delete cascade,
  type text not null,
  event_key text,
  at timestamptz not null,
  data jsonb not null
);
create unique index person_event_key on person_event (sandbox_id, event_key) where event_key is not null;
create index person_event_profile on person_event (profile_id, at desc, id desc);
-- "Did X at least n times within d days" reads one range of this index.
create index person_event_type on person_event (sandbox_id, type, at) include (profile_id);
