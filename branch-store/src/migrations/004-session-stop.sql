-- Whether its NAS told of the end: a session that only the box took for dead may go on.
alter table sessions add column stopped integer not null default 0;
update sessions set stopped = 1 where ended_at is not null;
create index sessions_device on sessions (device_id, ended_at);
