-- People who were erased: the work itself as a row that advances, and what is kept so that they are not written to again.

create table erasure (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  state text not null check (state in ('running', 'finished')),
  phase text not null check (phase in ('person', 'messages', 'late', 'ledger', 'done')),
  subject_key text,                          -- of whom: one erasure of a person runs at a time. Null when it is finished
  subject jsonb,                             -- identities and addresses that are looked for. Null when it is finished
  position uuid,                             -- every message up to it was looked at
  due_at timestamptz not null,
  counts jsonb not null default '[]',        -- [{ table, deed, rows }]
  certificate jsonb,                         -- null: not finished
  created_at timestamptz not null,
  created_by text not null,
  finished_at timestamptz
);
create index erasure_sandbox on erasure (sandbox_id, id desc);
create index erasure_due on erasure (due_at, id) where state = 'running';
create unique index erasure_one on erasure (sandbox_id, subject_key) where state = 'running';

-- A hash under the instance's secret for each address of an erased person, and nothing else.
create table erased_address (
  sandbox_id uuid not null references sandbox (id),
  hash bytea not null,
  erasure_id uuid not null references erasure (id),
  erased_at timestamptz not null,            -- a choice made later counts
  category text check (category in ('HARD', 'SOFT', 'MANUAL')), -- of the suppression it was under; null: none
  reason text,
  primary key (sandbox_id, hash)
);
create index erased_address_erasure on erased_address (erasure_id);

-- Evidence goes with the person and in no other way: only an erasure says so, for its own transaction.
create or replace function consent_event_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('carillon.erasing', true) = 'on' then
    return old;
  end if;
  raise exception 'evidence of consent is never changed';
end $$;
drop trigger consent_event_stays on consent_event;
create trigger consent_event_stays before update or delete on consent_event
  for each row execute function consent_event_stays();
