-- People: namespaces, what is found quickly among many, imports from files.

-- Custom namespaces, and other names or priorities of standard ones (these are constants of the code).
create table namespace (
  sandbox_id uuid not null references sandbox (id),
  code text not null,                        -- lower case
  name text not null,
  priority int not null,                     -- the lowest names the person
  modified_at timestamptz not null,
  modified_by text not null,
  primary key (sandbox_id, code)
);

-- The beginning of an identity's value, whatever the collation of the database.
create index identity_prefix on identity (sandbox_id, value text_pattern_ops);
create index profile_test on profile (sandbox_id, id desc) where attributes @> '{"testProfile": true}';

-- A file of people on its way in. Position and counts move in the transaction of the rows they count.
create table import (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  format text not null check (format in ('csv', 'jsonl')),
  state text not null check (state in ('uploading', 'uploaded', 'running', 'done', 'cancelled')),
  bytes bigint not null default 0,           -- that are here
  delimiter text not null default ',',
  columns jsonb not null default '[]',       -- the header of a CSV file
  mapping jsonb,                             -- null: not started
  position bigint not null default 0,        -- every byte before it is done
  line bigint not null default 1,            -- the number of the line that begins there
  skipping boolean not null default false,   -- the rest of a refused line begins there
  created_count bigint not null default 0,
  updated_count bigint not null default 0,
  skipped_count bigint not null default 0,
  refused_count bigint not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index import_sandbox on import (sandbox_id, id desc);
create index import_running on import (id) where state = 'running';

-- Pieces of one size, the last one apart; removed when the import has ended.
create table import_chunk (
  import_id uuid not null references import (id) on delete cascade,
  n int not null,
  bytes bytea not null,
  primary key (import_id, n)
);
-- Read once or twice and then removed: compressing it costs more than it saves.
alter table import_chunk alter column bytes set storage external;

create table import_refusal (
  import_id uuid not null references import (id) on delete cascade,
  line bigint not null,
  reason text not null,                      -- never a value of the file
  primary key (import_id, line)
);
