-- Numbers that refused marketing by SMS, whoever has them; and answers that are tried again.

-- A word that ends marketing by SMS, by the number that it came from: also where no profile has the number, or several.
create table sms_refusal (
  sandbox_id uuid not null references sandbox (id),
  number text not null,                      -- E.164
  at timestamptz not null,
  primary key (sandbox_id, number)
);

-- What came in before: the last word of each number counts.
insert into sms_refusal (sandbox_id, number, at)
select sandbox_id, number, at from (
  select distinct on (i.sandbox_id, i.number) i.sandbox_id, i.number, i.at, i.kind
  from sms_inbound i
  where i.kind in ('opt_out', 'opt_in')
    and not exists (select from sms_opt_out o where o.sandbox_id = i.sandbox_id and o.number = i.number)
  order by i.sandbox_id, i.number, i.at desc, i.id desc) as latest
where kind = 'opt_out';

alter table sms_inbound
  -- While the answer waits: when it is due; while it is sent: since when; then: when it ended. Null: at once.
  add column answer_at timestamptz,
  add column answer_tries int not null default 0;
create index sms_inbound_sending on sms_inbound (answer_at) where answer_state = 'sending';
