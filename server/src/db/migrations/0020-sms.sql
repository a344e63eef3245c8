-- Short messages: whose a number is, what people write back, who wants nothing from a sender, and short links.

-- The last that went to a number: by it an answer finds its person and its message.
create table sms_contact (
  sandbox_id uuid not null references sandbox (id),
  number text not null,                      -- E.164
  profile_id uuid,                           -- null: sent to somebody without a profile
  message_id uuid not null,
  campaign_id uuid not null,
  at timestamptz not null,
  primary key (sandbox_id, number)
);
create index sms_contact_profile on sms_contact (profile_id);

-- What people wrote, once for each id that its provider gave.
create table sms_inbound (
  id uuid primary key,
  sandbox_id uuid not null references sandbox (id),
  transport_id uuid not null,
  provider_id text not null,
  number text not null,                      -- who wrote, E.164 where it is one
  sender text not null,                      -- our number, as the provider writes it
  body text not null,
  kind text not null,                        -- opt_in, opt_out, double_opt_in, help, custom, nearly_opt_out, none
  keyword text not null,
  profile_id uuid,                           -- null: of nobody we know
  message_id uuid,                           -- the last of ours that went to the number
  answer text not null,                      -- '': none is given
  answer_state text not null check (answer_state in ('none', 'waiting', 'sending', 'sent', 'failed')),
  answer_said text not null,                 -- the provider's words about the answer
  at timestamptz not null,
  received_at timestamptz not null,
  constraint sms_inbound_once unique (transport_id, provider_id)
);
create index sms_inbound_newest on sms_inbound (sandbox_id, id desc);
create index sms_inbound_number on sms_inbound (sandbox_id, number);
create index sms_inbound_profile on sms_inbound (profile_id);
create index sms_inbound_waiting on sms_inbound (id) where answer_state = 'waiting';

-- Who wants nothing from a sender, whatever it is about.
create table sms_opt_out (
  sandbox_id uuid not null references sandbox (id),
  sender text not null,
  number text not null,                      -- E.164
  at timestamptz not null,
  primary key (sandbox_id, sender, number)
);
create index sms_opt_out_number on sms_opt_out (sandbox_id, number);

-- Links of short messages: a code each, for thirty days.
create table short_link (
  code text primary key,
  message_id uuid not null,
  url text not null,
  expires_at timestamptz not null,
  clicks int not null default 0,
  first_click_at timestamptz,
  last_click_at timestamptz
);
create index short_link_message on short_link (message_id);
create index short_link_expiry on short_link (expires_at);

alter table consent_event drop constraint consent_event_source_check;
alter table consent_event add constraint consent_event_source_check
  check (source in ('api', 'preference_page', 'one_click', 'link', 'import', 'studio', 'mailto', 'provider',
    'profile', 'sms'));
