-- When a session was last told to go on. Later than its visit's end: the visit was taken up again, in
-- whatever order the two arrive.
alter table sessions add column open_told_at timestamptz;
