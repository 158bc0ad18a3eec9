-- What was kept before is in the sum of both alone.
alter table past_usage add column upload_bytes integer not null default 0;
alter table past_usage add column download_bytes integer not null default 0;
