-- Which columns a file of customers held, in their order; null: those of a report, or it was taken before
-- they could be chosen.
alter table customer_exports add column columns text[];

-- Which columns each of the staff took last, to be offered again.
create table customer_export_columns (
  tenant_id uuid not null default current_tenant(),
  staff_id uuid not null,
  columns text[] not null,
  primary key (tenant_id, staff_id)
);
select distribute('customer_export_columns');
select isolate_tenants('customer_export_columns');
