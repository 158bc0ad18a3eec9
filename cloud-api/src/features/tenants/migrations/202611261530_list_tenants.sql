-- What runs by the clock goes through all tenants, one transaction each.
create function directory.list_tenant_ids() returns setof uuid
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select id from directory.tenants order by id $$;
grant execute on function directory.list_tenant_ids() to foyer_app;
