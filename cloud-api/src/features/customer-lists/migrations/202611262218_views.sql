-- A list of customers as somebody keeps it: what it is narrowed by, what it shows, and in which order.
create table customer_views (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  -- Whose it is: they alone change it.
  staff_id uuid not null,
  -- Whether everybody of the company sees it.
  shared boolean not null default false,
  name text not null check (name <> ''),
  search text,
  mark_id uuid,
  segment_id uuid,
  tree jsonb,
  columns text[] not null,
  sort text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, staff_id, name)
);
select distribute('customer_views');
select isolate_tenants('customer_views');
