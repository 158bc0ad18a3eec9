-- When the box told the end that stands: a visit that was taken up again ends a second time, and
-- what is told last has the last word, in whatever order the two arrive.
alter table visits add column end_told_at timestamptz;
