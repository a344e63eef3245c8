-- What sandbox transports delivered to the instance itself. Not part of the ledger: it is trimmed to the newest mails.

create table inbox (
  id uuid primary key,
  sandbox text,                              -- the sandbox's name; null: the mail did not say
  channel text not null,
  message_id uuid,                           -- the ledger's id; null: a mail that Carillon did not send
  sender text not null,
  recipient text not null,
  subject text not null,
  received_at timestamptz not null,
  raw bytea not null,
  size int not null
);

-- Kept for minutes and written at the rate of sending: compressing it costs more than it saves.
alter table inbox alter column raw set storage external;

create index inbox_newest on inbox (received_at desc, id desc);
create index inbox_message on inbox (message_id) where message_id is not null;
