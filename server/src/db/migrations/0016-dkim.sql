-- What mail is signed with.

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
