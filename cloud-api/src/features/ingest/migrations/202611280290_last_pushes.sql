-- The push of a life that was stored last, whole: what follows it is in its turn. Null: it had no name.
alter table box_epochs add column last_push uuid;
