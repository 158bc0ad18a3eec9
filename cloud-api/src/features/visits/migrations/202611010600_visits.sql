-- Arrival to leaving, as boxes tell it.
create table visits (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  box_id uuid not null,
  device_id uuid not null,
  guest_id uuid,
  -- Null: nobody knows whose visit this is.
  customer_id uuid,
  -- Null until the visit's start has been told.
  source text check (source in ('wifi', 'passive')),
  started_at timestamptz not null,
  ended_at timestamptz check (ended_at >= started_at),
  -- When the box last said anything about it.
  last_told_at timestamptz not null,
  open_sessions integer not null default 0,
  connected_seconds bigint not null default 0,
  upload_bytes bigint not null default 0,
  download_bytes bigint not null default 0,
  -- Counting from 1 in the order of starting; null while there is no customer.
  number integer,
  number_at_branch integer,
  primary key (tenant_id, id)
);
select distribute('visits');
create index visits_by_start on visits (tenant_id, started_at desc, id desc);
create index visits_by_branch on visits (tenant_id, branch_id, started_at desc, id desc);
create index visits_by_customer on visits (tenant_id, customer_id, started_at, id);
create index visits_by_guest on visits (tenant_id, guest_id);
create index visits_open on visits (tenant_id, branch_id) where ended_at is null;
create index visits_open_by_device on visits (tenant_id, device_id) where ended_at is null;
select isolate_tenants('visits');

-- What each session on the Wi-Fi has used so far: cumulative, so the largest report is the newest.
create table sessions (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  visit_id uuid not null,
  ended boolean not null,
  connected_seconds bigint not null default 0,
  upload_bytes bigint not null default 0,
  download_bytes bigint not null default 0,
  primary key (tenant_id, id)
);
select distribute('sessions');
create index sessions_by_visit on sessions (tenant_id, visit_id);
select isolate_tenants('sessions');

-- How often each customer came to each branch.
create table branch_customers (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  customer_id uuid not null,
  visits integer not null check (visits >= 0),
  last_visit_at timestamptz,
  -- The log position of the last change.
  changed_position bigint not null,
  primary key (tenant_id, branch_id, customer_id)
);
select distribute('branch_customers');
create index branch_customers_by_change on branch_customers (tenant_id, branch_id, changed_position);
create index branch_customers_by_customer on branch_customers (tenant_id, customer_id);
select isolate_tenants('branch_customers');

-- What the phone numbers of known guests are hashed with on their way to a branch's boxes.
create table branch_guest_keys (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  -- 32 random bytes, base64.
  key text not null,
  primary key (tenant_id, branch_id)
);
select distribute('branch_guest_keys');
select isolate_tenants('branch_guest_keys');
