-- Codes that were made together, for one branch, and are used and ended together.
create table access_code_batches (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  name text not null check (name <> ''),
  code_count integer not null check (code_count > 0),
  devices_max integer not null check (devices_max > 0),
  minutes integer not null check (minutes > 0),
  -- Half-open. Null: until the batch is archived.
  valid_until timestamptz,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('access_code_batches');
alter table access_code_batches add constraint access_code_batches_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
create index access_code_batches_by_branch on access_code_batches (tenant_id, branch_id);
select isolate_tenants('access_code_batches');

-- In clear: they are printed, and boxes compare them.
create table access_codes (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  batch_id uuid not null,
  branch_id uuid not null,
  code text not null,
  primary key (tenant_id, id)
);
select distribute('access_codes');
alter table access_codes add constraint access_codes_batch
  foreign key (tenant_id, batch_id) references access_code_batches (tenant_id, id);
create unique index access_codes_by_code on access_codes (tenant_id, branch_id, code);
create index access_codes_by_batch on access_codes (tenant_id, batch_id);
select isolate_tenants('access_codes');

-- Which devices came in by which code, as boxes tell it; it may be told before the code is known.
create table access_code_uses (
  tenant_id uuid not null default current_tenant(),
  code_id uuid not null,
  device_id uuid not null,
  used_at timestamptz not null,
  primary key (tenant_id, code_id, device_id)
);
select distribute('access_code_uses');
select isolate_tenants('access_code_uses');
