-- Rule sets: frequency caps and quiet hours. What a cap counts lies beside what a campaign counts.

create table rule_set (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  name text not null,
  description text not null,
  status text not null,                      -- draft, active, inactive
  global boolean not null,                   -- one for each sandbox: its rules hold for every marketing message
  rules jsonb not null,                      -- each with an id of its own: its uses outlive a change
  revision int not null default 1,           -- raised by every change: two editors cannot overwrite each other
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null,
  unique (sandbox_id, name)
);
create unique index rule_set_global on rule_set (sandbox_id) where global;
create index rule_set_sandbox on rule_set (sandbox_id, id desc);

-- New sandboxes get theirs from the application.
insert into rule_set (id, sandbox_id, name, description, status, global, rules, created_at, created_by, modified_at, modified_by)
select gen_random_uuid(), id, 'Global Default Rule Set', '', 'active', true, '[]', created_at, 'carillon', created_at, 'carillon'
from sandbox;

-- A use counts in a scope: a campaign, or a rule.
alter table recipient_use rename column campaign_id to scope_id;
