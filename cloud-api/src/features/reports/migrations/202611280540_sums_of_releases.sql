-- Who counted last. A release notes with the lock which sums it keeps (SUMS of count-queries.ts), and when it
-- took it; one that does not, or keeps others, leaves what it does not know of behind.
alter table report_locks
  add column sums smallint,
  add column sums_taken_at timestamptz,
  add column sums_are_behind boolean not null default false;
