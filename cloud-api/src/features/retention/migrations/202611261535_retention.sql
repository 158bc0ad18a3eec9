-- How long a company keeps what, where it is not the standard, and what the law it is under asks for.
create table retention_rules (
  tenant_id uuid not null default current_tenant(),
  kind text not null,
  days integer not null check (days > 0),
  -- Null: nobody has said that a law asks for anything.
  law_days_min integer check (law_days_min > 0),
  law_days_max integer check (law_days_max > 0),
  law_note text,
  changed_at timestamptz not null,
  primary key (tenant_id, kind)
);
select distribute('retention_rules');
select isolate_tenants('retention_rules');

-- Where the boxes of a branch keep something for other days than the company.
create table branch_retention (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  kind text not null,
  days integer not null check (days > 0),
  primary key (tenant_id, branch_id, kind)
);
select distribute('branch_retention');
alter table branch_retention add constraint branch_retention_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
select isolate_tenants('branch_retention');

-- What was removed when, and by which days: here, and on each box as it tells.
create table purges (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  -- Null: here.
  branch_id uuid,
  box_id uuid,
  at timestamptz not null,
  outcome text not null check (outcome in ('done', 'unfinished', 'put-off')),
  days jsonb not null,
  removed jsonb not null,
  primary key (tenant_id, id)
);
select distribute('purges');
create index purges_newest on purges (tenant_id, box_id, at desc);
select isolate_tenants('purges');

-- How far along the log the personal fields of each kind are gone.
create table purge_places (
  tenant_id uuid not null default current_tenant(),
  kind text not null,
  position bigint not null,
  primary key (tenant_id, kind)
);
select distribute('purge_places');
select isolate_tenants('purge_places');
