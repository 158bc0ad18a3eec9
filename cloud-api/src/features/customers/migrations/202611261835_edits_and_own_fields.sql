-- Fields that an admin of the company made up. Their key is what values are kept under, for good.
create table own_fields (
  tenant_id uuid not null default current_tenant(),
  key text not null,
  kind text not null check (kind in ('text', 'number', 'date', 'choice', 'choices', 'yes-no',
    'phone', 'email', 'link')),
  -- Language → words.
  label jsonb not null,
  -- Of a choice: [{ value, label }] in their order.
  choices jsonb not null,
  created_at timestamptz not null,
  -- Not asked for any more; values that are there stay.
  archived_at timestamptz,
  primary key (tenant_id, key)
);
select distribute('own_fields');
select isolate_tenants('own_fields');

-- Whoever says what is known of a customer: a guest at a branch, staff, or the customer on their own page.
alter table customer_fields drop constraint customer_fields_given_by_check;
alter table customer_fields add constraint customer_fields_given_by_check
  check (given_by in ('guest', 'import', 'zalo', 'staff', 'customer'));
alter table customer_fields add column if not exists staff_id uuid;
-- Null: it was said at no branch.
alter table customer_fields alter column branch_id drop not null;

alter table customers add column kind text not null default 'person'
  check (kind in ('person', 'company'));

-- People of a company. Both are customers; one that was merged away is found through merged_into.
create table customer_contacts (
  tenant_id uuid not null default current_tenant(),
  company_id uuid not null,
  contact_id uuid not null,
  role text not null,
  since timestamptz not null,
  primary key (tenant_id, company_id, contact_id)
);
select distribute('customer_contacts');
create index customer_contacts_by_contact on customer_contacts (tenant_id, contact_id);
select isolate_tenants('customer_contacts');
