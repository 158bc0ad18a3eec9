-- A link of a contact is written by the request and again by whoever follows the log. The row keeps
-- the event that had the last word, so that the follower cannot bring back a link that a later
-- request took away; a link taken away stays as a row without a role.
alter table customer_contacts alter column role drop not null;
alter table customer_contacts
  add column last_event_id uuid not null default '00000000-0000-0000-0000-000000000000';
