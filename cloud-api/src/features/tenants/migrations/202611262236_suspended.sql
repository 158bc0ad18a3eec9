-- A company whose staff are kept out until the operator lets them in again. Its boxes go on: guests
-- are let in, and what happens is kept.
alter table directory.tenants add column suspended_at timestamptz;

-- For the operator's console: the companies themselves, and nothing that is theirs.
create function directory.list_tenants()
  returns table (id uuid, name text, created_at timestamptz, suspended_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select id, name, created_at, suspended_at from directory.tenants order by created_at desc, id desc
$$;

-- Suspends at a time, or resumes (null). False when there is no such company.
create function directory.suspend_tenant(wanted uuid, at timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.tenants
    set suspended_at = case when at is null then null else coalesce(suspended_at, at) end
    where id = wanted;
  return found;
end $$;

grant execute on function directory.list_tenants() to foyer_app;
grant execute on function directory.suspend_tenant(uuid, timestamptz) to foyer_app;
