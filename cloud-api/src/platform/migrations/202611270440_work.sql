-- How much of all logs some feature has not followed yet, for whoever watches the cloud. Of a log that has
-- to be read from its start again (-1) as much is told as it holds.
create function directory.measure_work() returns table (tenants bigint, events bigint)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select count(*), coalesce(sum(position - greatest(done_position, 0)), 0)::bigint
    from directory.tenant_work where done_position < position
$$;
grant execute on function directory.measure_work() to foyer_app;
