-- When staff gave a customer a group, a tier or a tag, or took it: marks themselves say only what is now.
create table mark_moments (
  tenant_id uuid not null default current_tenant(),
  event_id uuid not null,
  customer_id uuid not null,
  at timestamptz not null,
  what text not null check (what in ('group', 'tier', 'tagged', 'untagged')),
  -- Null: into no group or tier.
  mark_id uuid,
  -- Null: a rule did it.
  staff_id uuid,
  primary key (tenant_id, event_id)
);
select distribute('mark_moments');
create index mark_moments_by_customer on mark_moments (tenant_id, customer_id, at);
select isolate_tenants('mark_moments');
