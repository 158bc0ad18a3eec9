-- What is removed by its age goes by a clock of its own: see purge-clock.ts.
create table purge (
  id integer primary key check (id = 1),
  believed_at integer not null,
  -- What the box's own clock said when it was looked at last.
  looked_at integer not null,
  -- By the believed clock: when the last pass was done, or the first one was put off.
  done_at integer not null
) strict;

-- What a guest used in sessions, and the visits of theirs, that are kept no more.
create table past_usage (
  guest_id text primary key references guests (id),
  visits integer not null default 0,
  seconds integer not null default 0,
  bytes integer not null default 0
) strict;

-- 1: nobody asked for it. The guest was not heard of for too long, and what the cloud knows of the
-- same person goes on being taken.
alter table erased_guests add column expired integer not null default 0;
