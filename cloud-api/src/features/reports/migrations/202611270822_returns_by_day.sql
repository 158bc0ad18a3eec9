-- The rows of `report_returns` of a branch's day in one: counting a period then costs as much as it has
-- days and branches, however many came. Of those who came on it, `fresh` had never come there before;
-- `beyond[i]` had, and last `gaps[i]` days before it or longer ago. Gaps rise.
create table report_day_returns (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  fresh integer not null,
  gaps smallint[] not null,
  beyond integer[] not null,
  primary key (tenant_id, branch_id, day)
);
select distribute('report_day_returns');
create index report_day_returns_by_day on report_day_returns (tenant_id, day);
select isolate_tenants('report_day_returns');
select scope_to_branches('report_day_returns', 'branch_id');

insert into report_day_returns (tenant_id, branch_id, day, fresh, gaps, beyond)
select tenant_id, branch_id, day,
  coalesce(sum(customers) filter (where before = '0001-01-01'), 0),
  coalesce(array_agg((day - before)::smallint order by before desc)
    filter (where before <> '0001-01-01'), '{}'),
  coalesce(array_agg(longer::integer order by before desc)
    filter (where before <> '0001-01-01'), '{}')
from (
  select told.*, sum(told.customers) filter (where told.before <> '0001-01-01')
      over (partition by told.tenant_id, told.branch_id, told.day order by told.before) as longer
  from report_returns as told
) as summed
group by tenant_id, branch_id, day
on conflict (tenant_id, branch_id, day) do nothing;
