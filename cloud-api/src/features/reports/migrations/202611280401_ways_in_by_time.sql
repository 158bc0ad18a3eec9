-- The ways in of some days, the newest first: what a number of them opens.
create index report_ways_in_by_time on report_ways_in (tenant_id, at, event_id);
