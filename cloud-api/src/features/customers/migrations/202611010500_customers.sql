-- The CRM's record of a person: one for each verified phone of a tenant.
create table customers (
  tenant_id uuid not null default current_tenant(),
  -- The id of the event that made it, so that a replay makes the same one.
  id uuid not null,
  -- What was said last, out of customer_fields.
  name text,
  phone text,
  email text,
  birthday text,
  language text,
  -- The branch they joined at, and when.
  source_branch_id uuid not null,
  source_at timestamptz not null,
  first_seen_at timestamptz not null,
  -- The last visit, or the joining where there was none yet: what lists are sorted by.
  last_seen_at timestamptz not null,
  visits integer not null default 0 check (visits >= 0),
  last_visit_at timestamptz,
  -- The log position of the last change that a box which greets this customer should hear of.
  changed_position bigint not null,
  primary key (tenant_id, id)
);
select distribute('customers');
create index customers_by_last_seen on customers (tenant_id, last_seen_at desc, id desc);
create index customers_by_change on customers (tenant_id, changed_position);
select isolate_tenants('customers');

-- What proves who somebody is. The key makes two customers of one phone impossible.
create table customer_identifiers (
  tenant_id uuid not null default current_tenant(),
  kind text not null check (kind in ('phone')),
  -- E.164.
  value text not null,
  customer_id uuid not null,
  primary key (tenant_id, kind, value)
);
select distribute('customer_identifiers');
alter table customer_identifiers add foreign key (tenant_id, customer_id) references customers;
create index customer_identifiers_by_customer on customer_identifiers (tenant_id, customer_id);
select isolate_tenants('customer_identifiers');

-- A person as one box knows them. Without a customer until they verify an identifier.
create table guests (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  customer_id uuid,
  branch_id uuid not null,
  first_seen_at timestamptz not null,
  -- The first time they told about themselves, and the version of the terms they did it under.
  registered_at timestamptz,
  terms_version integer,
  -- The first and the last time they verified an identifier.
  verified_at timestamptz,
  last_verified_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('guests');
alter table guests add foreign key (tenant_id, customer_id) references customers;
create index guests_by_customer on guests (tenant_id, customer_id);
select isolate_tenants('guests');

-- Everything a guest ever handed over, with who gave it, when, where and under which terms.
create table customer_fields (
  tenant_id uuid not null default current_tenant(),
  event_id uuid not null,
  field text not null,
  guest_id uuid not null,
  value text not null,
  given_by text not null check (given_by in ('guest')),
  given_at timestamptz not null,
  branch_id uuid not null,
  -- Null: the terms of the guest's registration.
  terms_version integer,
  primary key (tenant_id, event_id, field)
);
select distribute('customer_fields');
create index customer_fields_by_guest on customer_fields (tenant_id, guest_id, field, given_at);
select isolate_tenants('customer_fields');

create table devices (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  -- Null until the box has told it.
  mac text,
  randomised boolean not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (tenant_id, id)
);
select distribute('devices');
select isolate_tenants('devices');

-- Whose devices were proved to be whose.
create table guest_devices (
  tenant_id uuid not null default current_tenant(),
  guest_id uuid not null,
  device_id uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_id, guest_id, device_id)
);
select distribute('guest_devices');
select isolate_tenants('guest_devices');

-- Each time somebody agreed or took it back: the proof is the row, so none is ever overwritten.
create table customer_consents (
  tenant_id uuid not null default current_tenant(),
  event_id uuid not null,
  consent_id uuid not null,
  guest_id uuid not null,
  purpose text not null,
  given boolean not null,
  at timestamptz not null,
  text_version integer not null,
  text_sha256 text not null,
  language text not null,
  method text not null,
  branch_id uuid not null,
  device_id uuid not null,
  ip text,
  primary key (tenant_id, event_id)
);
select distribute('customer_consents');
create index customer_consents_by_guest on customer_consents (tenant_id, guest_id, at);
select isolate_tenants('customer_consents');

-- The words a customer is found by: of the name and the address folded to plain letters, and every
-- ending of the phone number. The order of bytes, so that a prefix is a range of the index.
create table customer_words (
  tenant_id uuid not null default current_tenant(),
  word text collate "C" not null,
  customer_id uuid not null,
  primary key (tenant_id, word, customer_id)
);
select distribute('customer_words');
alter table customer_words add foreign key (tenant_id, customer_id) references customers
  on delete cascade;
create index customer_words_by_customer on customer_words (tenant_id, customer_id);
select isolate_tenants('customer_words');
