-- Outside of a transaction: visits are counted while it is built.
-- Whoever was there on a day came on it or shortly before, but for these few.
drop index concurrently if exists report_visits_of_days;
create index concurrently report_visits_of_days on report_visits (tenant_id, branch_id, day)
  where ended_at - started_at > interval '1 day';
