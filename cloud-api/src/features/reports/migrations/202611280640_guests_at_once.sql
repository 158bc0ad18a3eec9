-- The most guests who were at a branch at once, hour by hour (docs/decisions/0076-guests-at-once-are-kept.md):
-- a peak is no sum, so it is found anew of a whole day. Of days in `report_peaks_due` what stands here is
-- not right yet, and is found by whoever asks.
create table report_peaks (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  hour smallint not null check (hour between 0 and 23),
  peak integer not null check (peak > 0),
  -- The first second of it, since 1970: set beside the peak in one comparison.
  at_second bigint not null,
  primary key (tenant_id, branch_id, day, hour)
);
select distribute('report_peaks');
create index report_peaks_by_day on report_peaks (tenant_id, day);
select isolate_tenants('report_peaks');
select scope_to_branches('report_peaks', 'branch_id');

create table report_peaks_due (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  primary key (tenant_id, branch_id, day)
);
select distribute('report_peaks_due');
select isolate_tenants('report_peaks_due');
select scope_to_branches('report_peaks_due', 'branch_id');

-- So nothing else has to be counted anew; a release that keeps no peaks and counts after this says so itself.
-- Before the days are read: whoever counts holds this row to the end, and what they counted is seen then.
update report_locks set sums = 2 where sums = 1 and taken_at = sums_taken_at;

insert into report_peaks_due (tenant_id, branch_id, day)
select tenant_id, branch_id, day from report_days
on conflict (tenant_id, branch_id, day) do nothing;
