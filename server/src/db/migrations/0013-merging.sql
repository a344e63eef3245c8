-- People who become one: what they were called before, and what a sandbox does when it learns that two are one.

-- Who was merged away, and who it is now; never a chain. Calls, links and messages of before name the old id.
create table merged_profile (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  profile_id uuid not null references profile (id) on delete cascade,
  merged_at timestamptz not null,
  merged_by text not null
);
create index merged_profile_survivor on merged_profile (profile_id);

-- Identities that were taken from a person: the messages that went there stay the person's.
create table former_identity (
  profile_id uuid not null references profile (id) on delete cascade,
  namespace text not null,
  value text not null,
  primary key (profile_id, namespace, value)
);

-- No row: identities of different people are refused.
create table merge_rule (
  sandbox_id uuid primary key references sandbox (id),
  on_conflict text not null check (on_conflict in ('refuse', 'merge')),
  attributes text not null check (attributes in ('newest', 'priority')),
  modified_at timestamptz not null,
  modified_by text not null
);
