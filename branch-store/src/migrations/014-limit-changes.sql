-- The limits of its own that a session's policy had when it was granted, and when the right it came
-- in by ends, as JSON; null where its NAS does not say. What its NAS has taken since stands in it.
alter table sessions add column granted text;
-- The last order to its NAS to hold it to other limits (CoA-Request), as for one to end it.
alter table sessions add column change_asked_at integer;
alter table sessions add column change_outcome text;
-- 1: its NAS took another end than the one that its accounting goes on to name.
alter table sessions add column end_changed integer not null default 0;
