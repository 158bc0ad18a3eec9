-- By which channel of messages somebody agreed to `marketing`. Null: to all of them with one answer, and
-- of every other purpose.
alter table customer_consents add column channel text check (channel in ('sms', 'zalo', 'email'));
