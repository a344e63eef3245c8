-- Imports: files that come in pieces, and the way from a count to the people it counts.

-- How many bytes the whole file has; null: it is whole when the body of its upload ends.
alter table import add column size bigint;

-- Whom a step of an import made, changed or left alone, by the position that it began at: one row for about a thousand
-- people. An id may be of somebody who is gone since.
create table import_step (
  import_id uuid not null references import (id) on delete cascade,
  position bigint not null,
  created uuid[] not null,
  updated uuid[] not null,
  skipped uuid[] not null,
  primary key (import_id, position)
);
