-- Of a held message due_at is the moment since when: what was held too long is found by it, and nothing else is read.
create index delivery_held on delivery (due_at) where state = 'held';
