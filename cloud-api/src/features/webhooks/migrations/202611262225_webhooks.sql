-- Where a company wants to be told of what happens, and of what.
create table webhook_endpoints (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  url text not null,
  description text not null,
  types text[] not null,
  -- off: staff turned it off. disabled: it failed for too long, or said that it is gone.
  state text not null check (state in ('on', 'off', 'disabled')) default 'on',
  disabled_reason text check (disabled_reason in ('failing', 'gone')),
  disabled_at timestamptz,
  -- Sealed. Those before sign as well until their time is over.
  secret bytea not null,
  old_secrets bytea,
  old_secret_until timestamptz,
  -- What stands in the log up to here happened before anybody wanted to be told.
  from_position bigint not null,
  created_at timestamptz not null,
  -- Failed attempts since the last that went well, and since when there was none.
  failures integer not null default 0,
  failing_since timestamptz,
  -- It is left alone until then, whatever waits for it.
  rest_until timestamptz,
  -- How often in a row it was left alone.
  rests integer not null default 0,
  last_delivered_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('webhook_endpoints');
select isolate_tenants('webhook_endpoints');

-- What is told: ids and facts. Whatever is personal is looked up when it is sent.
create table webhook_messages (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  type text not null,
  occurred_at timestamptz not null,
  customer_id uuid,
  facts jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select distribute('webhook_messages');
create index webhook_messages_by_age on webhook_messages (tenant_id, created_at);
create index webhook_messages_by_customer on webhook_messages (tenant_id, customer_id)
  where customer_id is not null;
select isolate_tenants('webhook_messages');

-- A message on its way to one endpoint.
create table webhook_deliveries (
  tenant_id uuid not null default current_tenant(),
  endpoint_id uuid not null,
  message_id uuid not null,
  state text not null check (state in ('waiting', 'delivered', 'failed', 'withheld')),
  created_at timestamptz not null,
  -- When it is tried next; while it is tried, when it would be tried again.
  due_at timestamptz not null,
  -- No attempt begins after this one.
  deadline_at timestamptz not null,
  attempts integer not null default 0,
  last_at timestamptz,
  -- What came of it last: the status of the answer, or why there is none.
  status integer,
  reason text,
  primary key (tenant_id, endpoint_id, message_id)
);
select distribute('webhook_deliveries');
alter table webhook_deliveries add foreign key (tenant_id, endpoint_id)
  references webhook_endpoints (tenant_id, id) on delete cascade;
alter table webhook_deliveries add foreign key (tenant_id, message_id)
  references webhook_messages (tenant_id, id) on delete cascade;
create index webhook_deliveries_due on webhook_deliveries (tenant_id, endpoint_id, due_at)
  where state = 'waiting';
create index webhook_deliveries_by_age
  on webhook_deliveries (tenant_id, endpoint_id, created_at desc, message_id desc);
create index webhook_deliveries_by_message on webhook_deliveries (tenant_id, message_id);
select isolate_tenants('webhook_deliveries');

create table webhook_attempts (
  tenant_id uuid not null default current_tenant(),
  endpoint_id uuid not null,
  message_id uuid not null,
  number integer not null,
  at timestamptz not null,
  milliseconds integer not null,
  status integer,
  reason text,
  -- The beginning of what a refusal said, without what was sent; null: nothing is kept of it.
  response text,
  primary key (tenant_id, endpoint_id, message_id, number)
);
select distribute('webhook_attempts');
alter table webhook_attempts add foreign key (tenant_id, endpoint_id, message_id)
  references webhook_deliveries (tenant_id, endpoint_id, message_id) on delete cascade;
select isolate_tenants('webhook_attempts');

-- Who was written to when an endpoint was disabled, so that nobody is twice.
create table webhook_notices (
  tenant_id uuid not null default current_tenant(),
  endpoint_id uuid not null,
  disabled_at timestamptz not null,
  staff_id uuid not null,
  state text not null check (state in ('sending', 'waiting', 'sent', 'refused', 'unknown')),
  detail text,
  primary key (tenant_id, endpoint_id, disabled_at, staff_id)
);
select distribute('webhook_notices');
alter table webhook_notices add foreign key (tenant_id, endpoint_id)
  references webhook_endpoints (tenant_id, id) on delete cascade;
select isolate_tenants('webhook_notices');

-- In which language each of a company's staff is written to.
create function directory.list_own_staff_languages()
  returns table (staff_id uuid, language text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select membership.staff_id, staff.language
    from directory.memberships as membership
    join directory.staff on staff.id = membership.staff_id
    where membership.tenant_id = current_tenant()
$$;
grant execute on function directory.list_own_staff_languages() to foyer_app;
