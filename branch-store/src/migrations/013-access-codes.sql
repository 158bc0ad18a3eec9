-- Which devices came in by which access code. The codes themselves are in the settings.
create table access_code_uses (
  code_id text not null,
  device_id text not null references devices (id),
  guest_id text not null references guests (id),
  -- Counting from 1 within the code.
  device_number integer not null,
  first_used_at integer not null,
  -- ends_at - last_used_at is what the device was told it has left: it never gets more.
  last_used_at integer not null,
  ends_at integer not null,
  -- The device's later sessions are those above: a clock that was put back cannot reorder rows.
  sessions_before integer not null,
  primary key (code_id, device_id)
) strict;
create index access_code_uses_device on access_code_uses (device_id, first_used_at);

-- Wrong codes of the last hour.
create table access_code_tries (
  id text primary key,
  tried_by text not null,
  at integer not null
) strict;
create index access_code_tries_at on access_code_tries (at);

-- The end of the right that a ticket stands for, whatever its policy allows. Null: no such end.
alter table tickets add column ends_at integer;
