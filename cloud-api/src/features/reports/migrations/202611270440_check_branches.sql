-- What a night's check looked at and found, branch by branch: whoever reaches some branches alone is told
-- of these.
create table report_check_branches (
  tenant_id uuid not null default current_tenant(),
  checked_at timestamptz not null,
  first_day date not null,
  branch_id uuid not null,
  branch_days integer not null,
  faults integer not null,
  primary key (tenant_id, checked_at, first_day, branch_id)
);
select distribute('report_check_branches');
select isolate_tenants('report_check_branches');
select scope_to_branches('report_check_branches', 'branch_id');

-- Checks from before have no such rows, and are told to whoever reaches the whole company alone.
alter table report_checks add column is_by_branch boolean not null default false;
