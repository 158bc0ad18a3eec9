-- How each box said that it is, when it last did.
create table box_reports (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  received_at timestamptz not null,
  -- BoxReport of the contract.
  report jsonb not null,
  primary key (tenant_id, box_id)
);
select distribute('box_reports');
select isolate_tenants('box_reports');

-- Seqs that a box gave up on purpose, named by its own events: inclusive at both ends.
create table thinned_seqs (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  epoch uuid not null,
  from_seq bigint not null check (from_seq > 0),
  to_seq bigint not null,
  event_id uuid not null,
  thinned_at timestamptz not null,
  primary key (tenant_id, box_id, epoch, from_seq),
  check (to_seq >= from_seq)
);
select distribute('thinned_seqs');
select isolate_tenants('thinned_seqs');

-- From how long a silence on staff are told of a branch, and when it is open. No row: as rules.ts says.
create table branch_watches (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  -- Null: nobody is told.
  silent_minutes integer check (silent_minutes between 5 and 1440),
  -- WeeklyHours of the contract, on the branch's clock; none: always open.
  opening_hours jsonb not null,
  primary key (tenant_id, branch_id)
);
select distribute('branch_watches');
select isolate_tenants('branch_watches');

create function directory.list_tenants_with_boxes() returns setof uuid
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select distinct tenant_id from directory.box_keys $$;
grant execute on function directory.list_tenants_with_boxes() to foyer_app;
