-- What guests asked for at a branch: a copy of what is kept of them, or to be forgotten.
create table guest_requests (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  kind text not null check (kind in ('copy', 'deletion')),
  guest_id uuid not null,
  -- Whose page it stands on; null: the guest was no customer.
  customer_id uuid,
  branch_id uuid not null,
  language text not null,
  asked_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('guest_requests');
create index guest_requests_by_customer on guest_requests (tenant_id, customer_id, asked_at);
select isolate_tenants('guest_requests');

-- Guests who were forgotten: what boxes tell of them late is kept from naming anybody. A replay leaves
-- these rows standing.
create table erased_guests (
  tenant_id uuid not null default current_tenant(),
  guest_id uuid not null,
  branch_id uuid not null,
  -- Of the event that brought it about: what boxes have to hear of.
  position bigint not null,
  primary key (tenant_id, guest_id)
);
select distribute('erased_guests');
create index erased_guests_by_branch on erased_guests (tenant_id, branch_id, position);
select isolate_tenants('erased_guests');

-- Numbers whose holders were forgotten, as hashes: a branch that was offline tells of them late.
create table erased_numbers (
  tenant_id uuid not null default current_tenant(),
  hash text not null,
  -- A sign-in after this is somebody who wants to be known again.
  erased_at timestamptz not null,
  position bigint not null,
  primary key (tenant_id, hash)
);
select distribute('erased_numbers');
select isolate_tenants('erased_numbers');

alter table customers add column erased_position bigint;
create index customers_by_erasure on customers (tenant_id, erased_position)
  where erased_position is not null;
