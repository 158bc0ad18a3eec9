-- Who did what to which record. Nobody who serves may change or take away an entry: what is personal
-- in one stands beside it, where it can be erased.
create table audit_entries (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('staff', 'api-key')),
  actor_id uuid not null,
  -- The method and path of the route, its parameters by name.
  action text not null check (action <> ''),
  record_kind text not null check (record_kind <> ''),
  -- Null: the company's one of the kind.
  record_id text,
  -- The parts that changed, as they were and as they are; secrets are not among them.
  before jsonb,
  after jsonb,
  primary key (tenant_id, id)
);
select distribute('audit_entries');
create index audit_entries_by_time on audit_entries (tenant_id, at desc, id desc);
create index audit_entries_by_actor on audit_entries (tenant_id, actor_id, at desc, id desc);
create index audit_entries_by_record
  on audit_entries (tenant_id, record_kind, record_id, at desc, id desc);
select isolate_tenants('audit_entries');
revoke update, delete on audit_entries from foyer_app;

create table audit_personal (
  tenant_id uuid not null default current_tenant(),
  entry_id uuid not null,
  customer_id uuid not null,
  before jsonb,
  after jsonb,
  primary key (tenant_id, entry_id)
);
select distribute('audit_personal');
create index audit_personal_by_customer on audit_personal (tenant_id, customer_id);
select isolate_tenants('audit_personal');
revoke update on audit_personal from foyer_app;
