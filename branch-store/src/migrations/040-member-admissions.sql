-- What a device was granted by its credential, and how its access controller named it then: for those that
-- account for it without saying by what it came in. Of a day.
create table member_admissions (
  device_id text not null references devices (id),
  nas_id text not null,
  username text not null references credentials (username),
  -- The outer identity: what the access controller knows of whom it asked about.
  user_name text not null,
  policy_id text not null,
  granted text not null,
  admitted_at integer not null,
  primary key (device_id, nas_id, username)
) strict, without rowid;
create index member_admissions_at on member_admissions (admitted_at);
