-- A way to a device's credential that works in another browser of the same device, for minutes.
create table member_links (
  token text primary key,
  device_id text not null references devices (id),
  guest_id text not null references guests (id),
  -- From anywhere else the link opens nothing.
  remote_address text not null,
  issued_at integer not null,
  ended_at integer,
  -- What was issued through it; the same link hands out the same again.
  username text references credentials (username)
) strict;
create index member_links_device on member_links (device_id, issued_at);
