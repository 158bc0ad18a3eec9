-- The access code that a ticket stands for, so that its withdrawal reaches a ticket that was issued
-- before. Null: none, or a ticket from before.
alter table tickets add column access_code_id text;
