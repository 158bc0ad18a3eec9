-- Whom the branches of each brand know: the guests that a box is told of.
create table brand_customers (
  tenant_id uuid not null default current_tenant(),
  -- The company's own id stands for its branches without a brand.
  brand_id uuid not null,
  customer_id uuid not null,
  -- False: they were, and boxes may hold them still.
  is_known boolean not null,
  -- When they were last at a branch of the brand.
  seen_at timestamptz not null,
  -- The log position at which they became known there, or ceased to be; 0: a box has asked for them, and
  -- no other need hear of that.
  changed_position bigint not null,
  primary key (tenant_id, brand_id, customer_id)
);
select distribute('brand_customers');
create index brand_customers_by_last_seen
  on brand_customers (tenant_id, brand_id, seen_at desc, customer_id desc) where is_known;
create index brand_customers_by_change on brand_customers (tenant_id, brand_id, changed_position);
create index brand_customers_by_customer on brand_customers (tenant_id, customer_id);
select isolate_tenants('brand_customers');

-- How far the changes of customers have been looked at for it.
create table brand_customers_read (
  tenant_id uuid not null default current_tenant(),
  position bigint not null,
  primary key (tenant_id)
);
select distribute('brand_customers_read');
select isolate_tenants('brand_customers_read');

-- First: whoever changes while the others are written is looked at again.
insert into brand_customers_read (tenant_id, position)
select tenant_id, position from cursors where feature = 'visits';

insert into brand_customers
  (tenant_id, brand_id, customer_id, is_known, seen_at, changed_position)
select guests.tenant_id, coalesce(branches.told_brand_id, guests.tenant_id), guests.customer_id, true,
  max(greatest(guests.first_seen_at, guests.last_verified_at, here.last_visit_at)), 1
from guests
left join branches on branches.tenant_id = guests.tenant_id and branches.id = guests.branch_id
left join branch_customers as here on here.tenant_id = guests.tenant_id
  and here.branch_id = guests.branch_id and here.customer_id = guests.customer_id
where guests.customer_id is not null
group by guests.tenant_id, coalesce(branches.told_brand_id, guests.tenant_id), guests.customer_id;
