-- What people, and machines, did with messages; the links of campaigns; mirror pages.

-- One row for each thing of a message that was done, however often: a robot cannot make more rows than a mail has links.
-- Partitioned like the ledger.
create table interaction (
  message_id uuid not null,
  kind text not null,                        -- open, click, unsubscribe, mirror
  link_id bigint not null,                   -- which link of the campaign; 0: none
  machine boolean not null,                  -- a scanner, a robot, a prefetcher
  n int not null,                            -- how often; 0: what was taken for a person's was a machine's
  first_at timestamptz not null,
  last_at timestamptz not null,
  sandbox_id uuid not null,
  campaign_id uuid not null,
  execution_id uuid not null,
  profile_id uuid,                           -- null: without a profile. Of an erased person: an id that is nobody's
  primary key (message_id, kind, link_id, machine)
) partition by range (message_id);
create table interaction_default partition of interaction default;
-- Sums of a campaign, and "opened or clicked within d days", which reads one range.
create index interaction_campaign on interaction (campaign_id, kind, machine, last_at) include (profile_id, link_id, n, sandbox_id);
create index interaction_execution on interaction (execution_id);
create index interaction_profile on interaction (profile_id) where profile_id is not null;

-- What a link of a campaign is: its address in the template, before any person's data, and its label.
create table tracked_link (
  campaign_id uuid not null,
  link_id bigint not null,                   -- from both texts, so that every version and process makes the same
  url text not null,
  label text not null,
  created_at timestamptz not null,
  primary key (campaign_id, link_id)
);

-- The HTML of a mail whose content links to its mirror page, compressed (gzip).
create table mirror_page (
  message_id uuid primary key,
  html bytea not null,
  at timestamptz not null
);
create index mirror_page_at on mirror_page (at);
