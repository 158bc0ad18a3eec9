-- When a number of an hour last became another, as `report_days` says it of a day. Null: before this was
-- kept.
alter table report_hours add column changed_at timestamptz;
