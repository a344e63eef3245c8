-- Every sandbox can send push into its Inbox: one that was made before there was push gets the transport of the seed.
insert into transport (id, sandbox_id, name, kind, settings, created_at, modified_at)
select gen_random_uuid(), s.id,
  case when exists (select from transport t where t.sandbox_id = s.id and t.name = 'Inbox for push')
    then 'Inbox for push (sandbox)' else 'Inbox for push' end,
  'sandbox_push', '{}', s.created_at, s.created_at
from sandbox s
where not exists (select from transport t where t.sandbox_id = s.id and t.kind = 'sandbox_push');
