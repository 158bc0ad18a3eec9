-- The boxes that a release failed at, with whose they are, the last first.
create function directory.list_release_failures()
  returns table (sha256 text, box_id uuid, tenant text, outcome text, reason text, at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select became.sha256, became.box_id, tenant.name, became.outcome, became.reason, became.at
    from directory.release_outcomes became
    join directory.tenants tenant on tenant.id = became.tenant_id
    where became.outcome <> 'upgraded'
    order by became.at desc, became.box_id
    limit 200
$$;
grant execute on function directory.list_release_failures() to foyer_app;
