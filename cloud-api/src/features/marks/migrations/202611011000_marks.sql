-- What staff mark customers with: customer groups and tags.
create table marks (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  kind text not null check (kind in ('group', 'tag')),
  -- The group it stands in; groups are one flat list so far.
  parent_id uuid,
  name text not null check (name <> ''),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  -- What customer_marks points at, so that a row there has the kind of its mark.
  unique (tenant_id, id, kind),
  unique (tenant_id, kind, name),
  check (kind = 'group' or parent_id is null)
);
select distribute('marks');
alter table marks add foreign key (tenant_id, parent_id) references marks (tenant_id, id);
select isolate_tenants('marks');

-- Who has which. No key to customers: a replay of that feature makes the same ones anew.
create table customer_marks (
  tenant_id uuid not null default current_tenant(),
  customer_id uuid not null,
  mark_id uuid not null,
  kind text not null,
  primary key (tenant_id, customer_id, mark_id)
);
select distribute('customer_marks');
alter table customer_marks add foreign key (tenant_id, mark_id, kind)
  references marks (tenant_id, id, kind) on delete cascade;
-- A customer has one main group at most.
create unique index customer_marks_one_group on customer_marks (tenant_id, customer_id)
  where kind = 'group';
create index customer_marks_by_mark on customer_marks (tenant_id, mark_id, customer_id);
select isolate_tenants('customer_marks');

-- The log position of the last change of a customer's marks: what a box should hear of since.
create table customer_mark_changes (
  tenant_id uuid not null default current_tenant(),
  customer_id uuid not null,
  changed_position bigint not null,
  primary key (tenant_id, customer_id)
);
select distribute('customer_mark_changes');
create index customer_mark_changes_by_position
  on customer_mark_changes (tenant_id, changed_position);
select isolate_tenants('customer_mark_changes');
