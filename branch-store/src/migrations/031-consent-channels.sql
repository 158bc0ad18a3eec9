-- By which channel of messages a guest agreed to `marketing`. Null: to all of them with one answer, and
-- of every other purpose.
alter table consents add column channel text;
alter table erased_consents add column channel text;
