-- What is said to be a customer's and was never proved: by staff, a file, or a guest who only told it.
-- Several may claim the same, so it joins nobody; it suggests. Worked out anew with the record.
create table customer_claims (
  tenant_id uuid not null default current_tenant(),
  kind text not null check (kind in ('phone', 'email', 'card', 'posId', 'zaloId', 'device')),
  value text collate "C" not null,
  customer_id uuid not null,
  primary key (tenant_id, kind, value, customer_id)
);
select distribute('customer_claims');
create index customer_claims_by_customer on customer_claims (tenant_id, customer_id);
select isolate_tenants('customer_claims');

-- Two records that may be one person. one_id is the smaller id.
create table customer_suggestions (
  tenant_id uuid not null default current_tenant(),
  one_id uuid not null,
  other_id uuid not null,
  -- What both claim.
  kinds text[] not null,
  -- Somebody has said that they are two people.
  dismissed boolean not null default false,
  found_at timestamptz not null,
  dismissed_by uuid,
  primary key (tenant_id, one_id, other_id)
);
select distribute('customer_suggestions');
create index customer_suggestions_by_other on customer_suggestions (tenant_id, other_id);
create index customer_suggestions_open on customer_suggestions (tenant_id, found_at)
  where not dismissed;
select isolate_tenants('customer_suggestions');
