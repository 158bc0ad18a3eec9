-- Times are milliseconds since 1970 UTC. Ids are UUIDv7 as text. Booleans are 0 and 1.

create table meta (
  id integer primary key check (id = 1),
  tenant_id text not null,
  branch_id text not null,
  box_id text not null,
  epoch text not null
) strict;

create table settings (
  id integer primary key check (id = 1),
  version integer not null,
  document text not null,
  applied_at integer not null
) strict;

create table outbox (
  -- autoincrement: a seq is never given twice, even after the acknowledged rows are gone.
  seq integer primary key autoincrement,
  id text not null unique,
  type text not null,
  version integer not null,
  occurred_at integer not null,
  payload text not null
) strict;

create table guests (
  id text primary key,
  phone text unique,
  phone_verified_at integer,
  name text,
  email text,
  birthday text,
  language text not null,
  registered_at integer not null
) strict;

create table devices (
  id text primary key,
  mac text not null unique,
  randomised integer not null,
  guest_id text references guests (id),
  -- When the device was last proved to be its guest's: recognition expires counting from here.
  proved_at integer,
  token_sha256 text unique,
  page_shown_at integer,
  recognised_at integer,
  first_seen_at integer not null,
  last_seen_at integer not null
) strict;
create index devices_guest on devices (guest_id);

create table tickets (
  username text primary key,
  password text not null,
  nas_id text not null,
  device_id text not null references devices (id),
  guest_id text not null references guests (id),
  mac text not null,
  method text not null,
  policy_id text not null,
  issued_at integer not null,
  expires_at integer not null,
  used_at integer,
  used_request_key text
) strict;
create index tickets_expiry on tickets (expires_at);

create table visits (
  id text primary key,
  device_id text not null references devices (id),
  guest_id text references guests (id),
  source text not null,
  started_at integer not null,
  last_activity_at integer not null,
  ended_at integer,
  started_epoch text not null,
  started_seq integer not null
) strict;
create index visits_open on visits (last_activity_at) where ended_at is null;
create index visits_guest on visits (guest_id, started_seq);
create index visits_device_open on visits (device_id) where ended_at is null;

create table sessions (
  id text primary key,
  nas_id text not null,
  acct_session_id text not null,
  device_id text not null references devices (id),
  guest_id text references guests (id),
  visit_id text not null references visits (id),
  ip text,
  started_at integer not null,
  last_activity_at integer not null,
  ended_at integer,
  cause text,
  connected_seconds integer not null default 0,
  upload_bytes integer not null default 0,
  download_bytes integer not null default 0,
  expected_end_at integer,
  silent_after_seconds integer
) strict;
create index sessions_accounting on sessions (nas_id, acct_session_id, device_id, started_at);
create index sessions_open_device on sessions (device_id) where ended_at is null;
create index sessions_open_ip on sessions (ip) where ended_at is null;
create index sessions_visit on sessions (visit_id);

create table consents (
  id text primary key,
  guest_id text not null references guests (id),
  device_id text not null references devices (id),
  nas_id text not null,
  purpose text not null,
  given integer not null,
  text_version integer not null,
  text_sha256 text not null,
  language text not null,
  ip text,
  at integer not null
) strict;
create index consents_guest on consents (guest_id, purpose, at);

create table codes (
  id text primary key,
  nas_id text not null,
  mac text not null,
  phone text not null,
  language text not null,
  secret text not null,
  created_at integer not null,
  expires_at integer not null,
  tries integer not null default 0,
  used_at integer
) strict;
create index codes_device on codes (nas_id, mac, created_at);
create index codes_phone on codes (phone, created_at);

create table code_messages (
  id text primary key,
  code_id text not null references codes (id) on delete cascade,
  nas_id text not null,
  mac text not null,
  phone text not null,
  channel text not null,
  at integer not null
) strict;
create index code_messages_at on code_messages (at);
create index code_messages_code on code_messages (code_id);

create table known_guests (
  customer_id text primary key,
  phone_hash text not null unique,
  name text,
  language text,
  visits integer not null
) strict;

create table known_guest_ids (
  guest_id text primary key,
  customer_id text not null references known_guests (customer_id) on delete cascade
) strict;
create index known_guest_ids_customer on known_guest_ids (customer_id);

create table pull (
  id integer primary key check (id = 1),
  guests_position integer not null,
  guests_key text,
  counted_epoch text,
  counted_seq integer not null,
  commands_position integer not null
) strict;
insert into pull values (1, 0, null, null, 0, 0);

create table commands (
  id text primary key,
  position integer not null unique,
  kind text not null,
  device_id text not null,
  expires_at integer not null,
  outcome text,
  finished_at integer
) strict;
create index commands_due on commands (position) where outcome is null;
