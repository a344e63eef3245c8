-- Lookup tables at size: a schema of their rows, files of rows, and a replacement that is seen all at once.

-- A file on its way in is of people, or of the rows of one lookup table (target_id).
alter table import add column kind text not null default 'people' check (kind in ('people', 'lookup_rows'));
alter table import alter column kind drop default;
alter table import add column target_id uuid;
alter table import drop constraint import_state_check;
alter table import add constraint import_state_check
  check (state in ('uploading', 'uploaded', 'running', 'done', 'cancelled', 'failed'));
create index import_target on import (target_id, id desc) where target_id is not null;
drop index import_running;
create index import_running on import (kind, id) where state = 'running';

alter table lookup_table add column columns jsonb not null default '[]';   -- the schema; []: any row fits

-- The rows of a table are those of one set. A file that replaces them fills a set of its own, which then becomes it.
alter table lookup_table add column rows_id uuid;
update lookup_table set rows_id = id;
alter table lookup_table alter column rows_id set not null;
alter table lookup_row drop constraint lookup_row_table_id_fkey;
alter table lookup_row rename column table_id to rows_id;

-- Sets that nothing reads any more; their rows are removed in steps, every row before the key `swept_to` is gone.
create table lookup_leftover (
  rows_id uuid primary key,
  swept_to text collate "C" not null default ''
);

-- Also what is written into a profile's attributes leaves evidence: such a write can take a choice away.
alter table consent_event alter column value_after drop not null;    -- null: nothing is said any more
