-- The purge goes by the box's own time (clock_readings), as everything else does: what it believed by
-- itself goes. When the last pass was done stays, and moves when the time is put right.
alter table purge drop column believed_at;
alter table purge drop column looked_at;

-- One list of what the cloud asked for: those to send a guest off are in it.
insert into box_commands (id, kind, device_id, received_at, expires_at, outcome, finished_at, told_at)
select id, kind, device_id, coalesce(finished_at, expires_at), expires_at, outcome, finished_at, told_at
from commands order by position;
drop table commands;
