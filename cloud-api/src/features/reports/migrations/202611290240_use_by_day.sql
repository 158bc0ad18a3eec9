-- What sessions come to, by access policy and access controller (docs/decisions/0089-use-is-kept-by-day.md), of
-- each hour of a branch's days and of the whole of each (hour -1). Who they were is no sum, so it is found anew
-- of a whole day: of days in `report_use_due` what stands here is not right yet, and is found by whoever asks.
create table report_use (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  -- That of the visit.
  day date not null,
  hour smallint not null check (hour between -1 and 23),
  -- All noughts: not told.
  policy_id uuid not null,
  nas_id uuid not null,
  sessions integer not null check (sessions > 0),
  connected_seconds bigint not null,
  upload_bytes bigint not null,
  download_bytes bigint not null,
  timed_out integer not null,
  going integer not null,
  lost integer not null,
  short integer not null,
  last_started_at timestamptz,
  -- Whose the visits were, each once.
  customer_ids uuid[] not null,
  primary key (tenant_id, branch_id, day, hour, policy_id, nas_id)
);
select distribute('report_use');
create index report_use_by_day on report_use (tenant_id, hour, day);
select isolate_tenants('report_use');
select scope_to_branches('report_use', 'branch_id');

create table report_use_due (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  primary key (tenant_id, branch_id, day)
);
select distribute('report_use_due');
select isolate_tenants('report_use_due');
select scope_to_branches('report_use_due', 'branch_id');

-- So nothing else has to be counted anew; a release that keeps no use and counts after this says so itself.
-- Before the days are read: whoever counts holds this row to the end, and what they counted is seen then.
update report_locks set sums = 3 where sums = 2 and taken_at = sums_taken_at;

insert into report_use_due (tenant_id, branch_id, day)
select tenant_id, branch_id, day from report_days
on conflict (tenant_id, branch_id, day) do nothing;
