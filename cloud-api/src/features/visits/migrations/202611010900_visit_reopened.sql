-- When a session was last told to go on, and last told to be over on the box's own guess: the later
-- word counts. One that goes on after its visit's end was told has taken the visit up again, in
-- whatever order the two arrive.
alter table sessions add column open_told_at timestamptz;
alter table sessions add column over_told_at timestamptz;
