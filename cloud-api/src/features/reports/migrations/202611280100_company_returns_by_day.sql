-- The rows of `report_company_returns` of a day in one, as `report_day_returns` has those of a branch's
-- day: counting a period over all branches then costs as much as it has days, however many came.
create table report_company_day_returns (
  tenant_id uuid not null default current_tenant(),
  day date not null,
  fresh integer not null,
  gaps smallint[] not null,
  beyond integer[] not null,
  primary key (tenant_id, day)
);
select distribute('report_company_day_returns');
select isolate_tenants('report_company_day_returns');

insert into report_company_day_returns (tenant_id, day, fresh, gaps, beyond)
select tenant_id, day,
  coalesce(sum(customers) filter (where before = '0001-01-01'), 0),
  coalesce(array_agg((day - before)::smallint order by before desc)
    filter (where before <> '0001-01-01'), '{}'),
  coalesce(array_agg(longer::integer order by before desc)
    filter (where before <> '0001-01-01'), '{}')
from (
  select told.*, sum(told.customers) filter (where told.before <> '0001-01-01')
      over (partition by told.tenant_id, told.day order by told.before) as longer
  from report_company_returns as told
) as summed
group by tenant_id, day
on conflict (tenant_id, day) do nothing;
