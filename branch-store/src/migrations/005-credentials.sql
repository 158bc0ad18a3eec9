-- What a device proves itself with on the secure SSID, whatever MAC it shows there.
create table credentials (
  username text primary key,
  password text not null,
  device_id text not null references devices (id),
  guest_id text not null references guests (id),
  issued_at integer not null,
  revoked_at integer
) strict;
create index credentials_device on credentials (device_id);
create index credentials_guest on credentials (guest_id);
