-- How far guests came with signing in, by branch and the hour of its clock in which they began: sums of
-- what its boxes counted (sign-in.counted).
create table sign_in_counts (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  hour_at timestamptz not null,
  seen integer not null,
  page integer not null,
  asked integer not null,
  correct integer not null,
  online_by_code integer not null,
  online_without_code integer not null,
  -- Of these: those who had asked for a code.
  changed_way integer not null,
  primary key (tenant_id, branch_id, hour_at)
);
select distribute('sign_in_counts');
select isolate_tenants('sign_in_counts');
select scope_to_branches('sign_in_counts', 'branch_id');
