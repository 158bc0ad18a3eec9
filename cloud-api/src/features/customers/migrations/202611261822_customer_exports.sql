-- Who took customers away as a file: when, which ones, and how many there were in it.
create table customer_exports (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  staff_id uuid not null,
  at timestamptz not null,
  -- What the list was narrowed by.
  search text,
  mark_id uuid,
  segment_id uuid,
  -- Null: the file broke off.
  customers integer,
  primary key (tenant_id, id)
);
select distribute('customer_exports');
create index customer_exports_by_time on customer_exports (tenant_id, at desc, id desc);
select isolate_tenants('customer_exports');
