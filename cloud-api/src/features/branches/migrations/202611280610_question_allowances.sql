-- How many guests a box may ask about at once, and when that was; null: it has asked about none yet. One
-- count for all of the cloud's processes.
alter table boxes add column questions_left double precision;
alter table boxes add column questions_at timestamptz;
