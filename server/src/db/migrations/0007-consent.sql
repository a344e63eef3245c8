-- What people chose about marketing: topics, who is subscribed to them, and the evidence of every choice.
-- The choices by channel and address themselves stand on the profile (consents).

create table topic (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  key text not null,                         -- what other systems call it by; never changed
  name_en text not null,
  name_nl text not null,                     -- '': the English one
  description_en text not null,
  description_nl text not null,
  double_opt_in boolean not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  modified_at timestamptz not null,
  modified_by text not null,
  constraint topic_key_key unique (sandbox_id, key)
);

create table topic_subscription (
  profile_id uuid not null references profile (id) on delete cascade,
  topic_id uuid not null references topic (id),
  value text not null check (value in ('y', 'n', 'p')),
  event_id uuid not null,                    -- the choice it comes from: a confirmation link is for one choice alone
  modified_at timestamptz not null,
  primary key (profile_id, topic_id)
);
create index topic_subscription_topic on topic_subscription (topic_id, profile_id);

-- Append-only, written in the transaction of the change it proves. No foreign key to the profile: evidence outlives it.
create table consent_event (
  id uuid primary key,
  sandbox_id uuid not null,
  profile_id uuid not null,
  level text not null check (level in ('channel', 'identity', 'topic')),
  channel text,                              -- null of a topic
  namespace text,                            -- of an identity
  identity_value text,
  topic_id uuid,
  value_before text,                         -- null: nothing was said before
  value_after text not null,
  source text not null check (source in ('api', 'preference_page', 'one_click', 'link', 'import', 'studio')),
  by_name text not null,                     -- who wrote it: a client, a user of the studio; '' the person
  shown text,                                -- the words that the person saw
  shown_version text,
  language text,
  ip text,
  user_agent text,
  message_id uuid,                           -- the message whose link was used
  campaign_id uuid,
  at timestamptz not null
);
create index consent_event_profile on consent_event (profile_id, id desc);
create index consent_event_sandbox on consent_event (sandbox_id, id desc);

create function consent_event_stays() returns trigger language plpgsql as $$
begin
  raise exception 'evidence of consent is never changed';
end $$;
create trigger consent_event_stays before update on consent_event
  for each row execute function consent_event_stays();
