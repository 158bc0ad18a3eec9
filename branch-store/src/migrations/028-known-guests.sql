-- What the cloud told of guests, in octets rather than letters: 200,000 of them have to fit a small box.
-- All are asked for anew.
drop table known_guest_ids;
drop table known_guests;

create table known_guests (
  id integer primary key,
  -- A UUID's 16 octets.
  customer_id blob not null unique,
  -- The first 16 octets of the keyed hash: nobody makes two numbers meet in 128 bits.
  phone_hash blob not null unique,
  name text,
  language text,
  visits integer not null,
  tenant_visits integer,
  -- Lists of ids as JSON; null: none.
  groups text,
  tags text,
  tier text,
  filled_fields text,
  last_seen_on text,
  -- MM-DD.
  birthday text,
  -- Purposes agreed to, as JSON; null: not told.
  consents text,
  -- The fill that told of them: what an older one told goes when the newest is whole.
  fill integer not null,
  -- The log position their numbers were told at.
  told_position integer not null default 0
) strict;

create table known_guest_ids (
  guest_id blob primary key,
  known_id integer not null references known_guests (id) on delete cascade
) strict, without rowid;
create index known_guest_ids_known on known_guest_ids (known_id);

-- Devices that were proved to be a guest's at any branch, by the keyed hash of the MAC.
create table known_devices (
  mac_hash blob primary key,
  known_id integer not null references known_guests (id) on delete cascade,
  randomised integer not null,
  -- Days since 1970.
  proved_on integer not null
) strict, without rowid;
create index known_devices_known on known_devices (known_id);

alter table pull add column guests_page text;
alter table pull add column guests_fill integer not null default 0;
update pull set guests_position = 0;

-- Whose guest somebody is who was known here by such a device, and has proved nothing else.
alter table guests add column recognised_customer blob;
create index guests_recognised on guests (recognised_customer) where recognised_customer is not null;

-- Whom the cloud is to be asked for: the agent takes each there, and the row goes with the answer.
create table guest_questions (
  -- `phone:` with a number in E.164, or `mac:` with AA-BB-CC-DD-EE-FF.
  who text primary key,
  asked_at integer not null,
  answered_at integer
) strict, without rowid;

-- What the cloud asked this box alone to do.
create table box_commands (
  id text primary key,
  kind text not null,
  -- Null: of no device.
  device_id text,
  received_at integer not null,
  expires_at integer not null,
  outcome text,
  finished_at integer,
  -- When the cloud was told of the outcome.
  told_at integer
) strict;
create index box_commands_open on box_commands (received_at) where told_at is null;

alter table pull add column box_commands_position integer not null default 0;
-- The cloud of the release before did not ask for outcomes.
alter table commands add column told_at integer;
update commands set told_at = finished_at where finished_at is not null;
create index commands_untold on commands (finished_at) where outcome is not null and told_at is null;
