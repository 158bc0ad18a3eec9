-- The orders that the list of customers may be in, beside the one by the last visit: an index each, read
-- from either end.
create index customers_by_first_seen on customers (tenant_id, first_seen_at desc, id desc);
create index customers_by_visits on customers (tenant_id, visits desc, id desc);

-- The columns each of the staff sees, and in which order the list stands when nothing else is said.
create table customer_columns (
  tenant_id uuid not null default current_tenant(),
  staff_id uuid not null,
  columns text[] not null,
  sort text not null,
  primary key (tenant_id, staff_id)
);
select distribute('customer_columns');
select isolate_tenants('customer_columns');

-- Of a file that was narrowed by conditions, or to some customers alone.
alter table customer_exports add column narrowed jsonb;
