-- What staff sort customers by: a name and a tree of conditions (schema.ts).
create table segments (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  name text not null check (name <> ''),
  tree jsonb not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
select distribute('segments');
select isolate_tenants('segments');

-- What guests did, as far as a segment can ask for it: the log by guest. Ids and kinds alone.
create table guest_moments (
  tenant_id uuid not null default current_tenant(),
  event_id uuid not null,
  guest_id uuid not null,
  event text not null,
  -- Of a sign-in its method, of an answer its survey.
  detail text,
  branch_id uuid not null,
  occurred_at timestamptz not null,
  primary key (tenant_id, event_id)
);
select distribute('guest_moments');
create index guest_moments_by_guest on guest_moments (tenant_id, guest_id, event, occurred_at);
select isolate_tenants('guest_moments');
