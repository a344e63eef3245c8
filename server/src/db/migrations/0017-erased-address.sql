-- The reason alone says whether an erased address was under a suppression.
alter table erased_address drop column category;
