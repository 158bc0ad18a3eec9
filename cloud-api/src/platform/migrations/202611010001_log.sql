-- The counter whose row lock puts the writers of one tenant's log in a line.
create table tenant_log (
  tenant_id uuid not null default current_tenant(),
  position bigint not null check (position >= 0),
  primary key (tenant_id)
);
select distribute('tenant_log');
select isolate_tenants('tenant_log');

-- What happened, for good. No personal field is ever written here.
create table events (
  tenant_id uuid not null default current_tenant(),
  position bigint not null check (position > 0),
  id uuid not null,
  type text not null,
  version integer not null check (version > 0),
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  branch_id uuid,
  box_id uuid,
  epoch uuid,
  seq bigint check (seq > 0),
  payload jsonb not null,
  primary key (tenant_id, position),
  unique (tenant_id, id),
  check ((box_id is null) = (epoch is null) and (box_id is null) = (seq is null))
);
select distribute('events');
create index events_by_box on events (tenant_id, box_id, epoch, seq) where box_id is not null;
select isolate_tenants('events');

-- The personal fields of an event, by their dotted paths: the row can be erased, the event stays.
create table event_personal (
  tenant_id uuid not null default current_tenant(),
  event_id uuid not null,
  fields jsonb not null,
  primary key (tenant_id, event_id)
);
select distribute('event_personal');
select isolate_tenants('event_personal');

-- How far each feature has followed the log. Up to replay_until its handlers run again.
create table cursors (
  tenant_id uuid not null default current_tenant(),
  feature text not null,
  position bigint not null default 0 check (position >= 0),
  replay_until bigint not null default 0,
  primary key (tenant_id, feature)
);
select distribute('cursors');
select isolate_tenants('cursors');

-- Events a feature failed on: being tried again, or set aside for that feature alone.
create table event_failures (
  tenant_id uuid not null default current_tenant(),
  feature text not null,
  event_id uuid not null,
  position bigint not null,
  attempts integer not null check (attempts > 0),
  reason text not null,
  failed_at timestamptz not null,
  retry_at timestamptz not null,
  set_aside boolean not null,
  primary key (tenant_id, feature, event_id)
);
select distribute('event_failures');
select isolate_tenants('event_failures');

-- Which tenants have events that some feature has not followed yet.
create table directory.tenant_work (
  tenant_id uuid primary key,
  position bigint not null,
  done_position bigint not null default 0
);
create index tenant_work_waiting on directory.tenant_work (tenant_id)
  where done_position < position;

create function directory.mark_log_moved(new_position bigint) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  insert into directory.tenant_work (tenant_id, position) values (current_tenant(), new_position)
    on conflict (tenant_id) do update set position = excluded.position;
  perform pg_notify('foyer_log', current_tenant()::text);
end $$;

create function directory.mark_log_done(new_done_position bigint) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.tenant_work set done_position = new_done_position
    where tenant_id = current_tenant() and done_position <> new_done_position;
  if found then perform pg_notify('foyer_log', current_tenant()::text); end if;
end $$;

-- A release may bring a feature that has to follow each log from its start.
create function directory.mark_all_undone() returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ update directory.tenant_work set done_position = -1 $$;

create function directory.list_tenants_with_work() returns setof uuid
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select tenant_id from directory.tenant_work where done_position < position $$;

create function directory.list_tenant_positions(tenant_ids uuid[])
  returns table (tenant_id uuid, "position" bigint, done_position bigint)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select work.tenant_id, work.position, work.done_position from directory.tenant_work as work
    where work.tenant_id = any (tenant_ids)
$$;

grant execute on function directory.mark_log_moved(bigint) to foyer_app;
grant execute on function directory.mark_log_done(bigint) to foyer_app;
grant execute on function directory.mark_all_undone() to foyer_app;
grant execute on function directory.list_tenants_with_work() to foyer_app;
grant execute on function directory.list_tenant_positions(uuid[]) to foyer_app;
