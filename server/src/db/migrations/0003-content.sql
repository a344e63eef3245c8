-- What the language's helpers reach: fragments, lookup tables, encryption keys; and the schema of profiles.

create table fragment (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  key text not null,                         -- beside the id, what content may call it by
  name text not null,
  description text not null,
  sub_type text not null,
  draft text,                                -- null: nothing is being edited
  live_version_id uuid,
  archived_at timestamptz,
  revision int not null default 1,           -- raised by every change: two editors cannot overwrite each other
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null,
  unique (sandbox_id, name),
  unique (sandbox_id, key)
);
create index fragment_sandbox on fragment (sandbox_id, id desc);

create table fragment_version (
  id uuid primary key,
  fragment_id uuid not null references fragment (id) on delete cascade,
  sandbox_id uuid not null,
  number int not null,
  source text not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (fragment_id, number)
);

create table lookup_table (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,                        -- the datasetId of content
  description text not null,
  row_count bigint not null default 0,       -- changed in the transaction of the rows it counts
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null,
  unique (sandbox_id, name)
);
create index lookup_table_sandbox on lookup_table (sandbox_id, id desc);

-- "C": keys page and are found by their beginning through the one index there is.
create table lookup_row (
  table_id uuid not null references lookup_table (id) on delete cascade,
  key text collate "C" not null,
  row jsonb not null,
  modified_at timestamptz not null,
  primary key (table_id, key)
);

create table encryption_key (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  revoked_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  unique (sandbox_id, name)
);
create index encryption_key_sandbox on encryption_key (sandbox_id, id desc);

create table encryption_key_version (
  key_id uuid not null references encryption_key (id) on delete cascade,
  version int not null,
  sealed_material text not null,
  created_at timestamptz not null,
  created_by text not null,
  retired_at timestamptz,                    -- null: the current one
  primary key (key_id, version)
);
create unique index encryption_key_current on encryption_key_version (key_id) where retired_at is null;

create table profile_schema (
  sandbox_id uuid primary key references sandbox (id),
  schema jsonb,                              -- null: nothing is known of the attributes
  revision int not null,
  modified_at timestamptz not null,
  modified_by text not null
);

alter table attempt add column metadata jsonb; -- what the content stored with the sending
