-- A device has more browsers than one, and each keeps a token of its own.
create table device_tokens (
  token_sha256 text primary key,
  device_id text not null references devices (id),
  issued_at integer not null
) strict;
create index device_tokens_device on device_tokens (device_id, issued_at);
insert into device_tokens (token_sha256, device_id, issued_at)
  select token_sha256, id, last_seen_at from devices where token_sha256 is not null;
