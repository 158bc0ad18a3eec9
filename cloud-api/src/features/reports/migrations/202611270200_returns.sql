-- Of a branch's day: how many of those who came had come there last on which day before; 0001-01-01: on
-- none. Of any period, whoever came first on a day within it was before it last: so few rows count a
-- period's different customers exactly, however many they are.
create table report_returns (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  before date not null,
  customers integer not null,
  primary key (tenant_id, branch_id, day, before)
);
select distribute('report_returns');
create index report_returns_by_day on report_returns (tenant_id, day);
select isolate_tenants('report_returns');
select scope_to_branches('report_returns', 'branch_id');

-- The same over all branches.
create table report_company_returns (
  tenant_id uuid not null default current_tenant(),
  day date not null,
  before date not null,
  customers integer not null,
  primary key (tenant_id, day, before)
);
select distribute('report_company_returns');
select isolate_tenants('report_company_returns');

-- Branches were counted anew, and what is counted over all of them not yet.
alter table report_locks add column company_is_stale boolean not null default false;
