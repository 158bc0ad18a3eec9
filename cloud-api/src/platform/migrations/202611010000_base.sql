-- The tenant of the transaction. The cast is what refuses a missing one: a setting that was never
-- made fails by itself, and one whose transaction has ended reads as ''.
create function current_tenant() returns uuid language sql stable parallel safe
  as $$ select current_setting('foyer.tenant_id')::uuid $$;

-- set_config() would not reach the workers of a Citus cluster; SET LOCAL does.
create function enter_tenant(tenant uuid) returns void language plpgsql
  as $$ begin execute format('set local foyer.tenant_id = %L', tenant); end $$;

-- Spreads a table over a Citus cluster by its tenant; on one PostgreSQL there is nothing to do.
create function distribute(table_name regclass) returns void language plpgsql as $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    execute 'select create_distributed_table($1, $2)' using table_name, 'tenant_id';
  end if;
end $$;

-- Binds a tenant table to the tenant of the transaction, its owner too.
create function isolate_tenants(table_name regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', table_name);
  execute format('alter table %s force row level security', table_name);
  execute format(
    'create policy tenant on %s using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())',
    table_name);
end $$;

revoke execute on function distribute(regclass) from public;
revoke execute on function isolate_tenants(regclass) from public;

alter default privileges in schema public grant select, insert, update, delete on tables to foyer_app;

-- Functions of the directory are doors: each is opened to the serving role by name.
alter default privileges in schema directory revoke execute on functions from public;
alter default privileges revoke execute on functions from public;
grant execute on function current_tenant() to foyer_app, foyer_jobs;
grant execute on function enter_tenant(uuid) to foyer_app;
