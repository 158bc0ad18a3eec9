-- What the box's time was, on the machine's count since it was switched on (CLOCK_BOOTTIME). The newest
-- row says what time it is. A correction is a new row; nothing is ever changed in one.
create table clock_readings (
  id integer primary key autoincrement,
  -- The kernel's name for one time of being switched on (random(4), boot_id).
  boot_id text not null,
  uptime_ms integer not null,
  -- The box's time at that count.
  at integer not null,
  -- When this boot began to be told of, by this reading's time: what is stamped from then on goes by it.
  boot_at integer not null,
  -- Rows of sessions and visits above these were made since: a NAS tells of beginnings before them.
  sessions_before integer not null,
  visits_before integer not null,
  -- How far off it may be; null: nobody has said the time since the machine was switched on.
  uncertainty_ms integer,
  source text not null check (source in ('start', 'machine', 'cloud'))
) strict;

-- The last time that is known to have been: a box without a clock battery wakes up before it.
create table clock_seen (
  id integer primary key check (id = 1),
  at integer not null
) strict;

-- By which reading a row was stamped; null: by one from before there were any.
alter table outbox add column clock_id integer;

-- What was written to the outbox in an hour of the box's time, in bytes: how fast it fills.
create table outbox_hours (
  hour integer primary key,
  bytes integer not null
) strict;

create table outbox_thinned (
  id integer primary key check (id = 1),
  events integer not null
) strict;
insert into outbox_thinned values (1, 0);
