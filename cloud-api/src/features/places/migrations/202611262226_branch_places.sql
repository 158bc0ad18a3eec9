-- Where a branch stands: what maps of customers show beside them.
create table branch_places (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  -- latitude,longitude in degrees of WGS 84
  place text not null,
  primary key (tenant_id, branch_id)
);
select distribute('branch_places');
select isolate_tenants('branch_places');
select scope_to_branches('branch_places', 'branch_id');
