-- Which devices came in by which stay, so that a guest who comes back is the same one. Names are in the
-- settings alone.
create table room_uses (
  device_id text not null references devices (id),
  room text not null,
  valid_from integer not null,
  guest_id text not null references guests (id),
  used_at integer not null,
  primary key (device_id, room, valid_from)
) strict;

-- Wrong tries of the last hour.
create table room_tries (
  id text primary key,
  room text not null,
  tried_by text not null,
  -- Null: not told apart from others.
  address text,
  at integer not null
) strict;
create index room_tries_at on room_tries (at);
