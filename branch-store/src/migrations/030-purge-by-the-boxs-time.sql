-- The purge goes by the box's own time (clock_readings), as everything else does: what it believed by
-- itself goes. When the last pass was done stays, and moves when the time is put right.
alter table purge drop column believed_at;
alter table purge drop column looked_at;
