-- How often each access controller was told no by RADIUS, hour by hour and why, as its boxes tell it.
create table nas_refusals (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  nas_id uuid not null,
  -- When the hour began.
  at timestamptz not null,
  reason text not null,
  branch_id uuid not null,
  count integer not null check (count > 0),
  primary key (tenant_id, box_id, nas_id, at, reason)
);
select distribute('nas_refusals');
create index nas_refusals_by_time on nas_refusals (tenant_id, at);
select isolate_tenants('nas_refusals');
select scope_to_branches('nas_refusals', 'branch_id');
