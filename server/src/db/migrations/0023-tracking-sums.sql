-- Sums of a campaign from the index alone and its newest first; links of short messages are known to tracking; who wanted
-- nothing from a sender and was erased.

drop index interaction_campaign;
create index interaction_campaign on interaction (campaign_id, kind, machine, last_at)
  include (profile_id, link_id, n, sandbox_id, message_id);
create index interaction_newest on interaction (campaign_id, message_id desc, kind desc, link_id desc, machine desc);

-- The link of the campaign; 0: none; null: it is not followed, and leads on all the same. What is there was counted.
alter table short_link add column link_id bigint default 0;
alter table short_link alter column link_id drop default;

-- Data brought the link, no template has it: a campaign has so many of those and no more.
alter table tracked_link add column from_data boolean not null default false;

-- A number that wanted nothing from a sender when its person was erased: the number as a hash.
create table erased_opt_out (
  sandbox_id uuid not null references sandbox (id),
  sender text not null,
  hash bytea not null,
  at timestamptz not null,
  primary key (sandbox_id, sender, hash)
);
