-- The hours of all branches together: a year of them then has no more rows than it has hours, however many
-- branches there are.
create table report_company_hours (
  tenant_id uuid not null default current_tenant(),
  day date not null,
  hour smallint not null check (hour between 0 and 23),
  visits integer not null default 0,
  departures integer not null default 0,
  present integer not null default 0,
  present_seconds bigint not null default 0,
  ended integer not null default 0,
  dwell_seconds bigint not null default 0,
  primary key (tenant_id, day, hour)
);
select distribute('report_company_hours');
select isolate_tenants('report_company_hours');

insert into report_company_hours (tenant_id, day, hour, visits, departures, present,
  present_seconds, ended, dwell_seconds)
select tenant_id, day, hour, sum(visits), sum(departures), sum(present), sum(present_seconds),
  sum(ended), sum(dwell_seconds)
from report_hours group by tenant_id, day, hour
on conflict (tenant_id, day, hour) do nothing;
