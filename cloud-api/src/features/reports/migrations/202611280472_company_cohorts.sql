-- Of those who came first on a day, over all branches: how many came in which month, told by its first day.
create table report_company_cohorts (
  tenant_id uuid not null default current_tenant(),
  first_day date not null,
  month date not null,
  customers integer not null,
  primary key (tenant_id, first_day, month)
);
select distribute('report_company_cohorts');
select isolate_tenants('report_company_cohorts');

insert into report_company_cohorts (tenant_id, first_day, month, customers)
select tenant_id, first_day, month, count(*)
from (
  select distinct came.tenant_id, came.customer_id, firsts.day as first_day,
    date_trunc('month', came.day::timestamp)::date as month
  from report_day_customers as came
  join (
    select tenant_id, customer_id, min(day) as day from report_day_customers
    group by tenant_id, customer_id
  ) as firsts on firsts.tenant_id = came.tenant_id and firsts.customer_id = came.customer_id
) as months
group by tenant_id, first_day, month
on conflict (tenant_id, first_day, month) do nothing;

-- Of whom a part was counted anew over all branches, all are.
update report_locks set company_summed_through = null where company_is_stale;
