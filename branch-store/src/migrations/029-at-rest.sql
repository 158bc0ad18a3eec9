-- What is personal in an event, sealed to the cloud's key; null: nothing is, or no key was known.
alter table outbox add column sealed text;

-- The key that the cloud told.
create table sealing_key (
  id integer primary key check (id = 1),
  key_id text not null,
  public_key text not null,
  -- Events up to this seq were looked through for what was written before the key was known.
  looked_through integer not null default 0
) strict;

-- By which key the columns with personal values and secrets are locked; the key itself lies elsewhere.
create table column_key (
  id integer primary key check (id = 1),
  key_id text not null,
  -- What no other key opens.
  proof text not null,
  -- 1: nothing from before is left unlocked. 2: nor is anything of it left in the file's free room.
  state integer not null default 0
) strict;

-- Name and birthday, locked as one: 200,000 of them have to fit a small box. Null: neither is told. The
-- columns that held them are empty from here on.
alter table known_guests add column person blob;
