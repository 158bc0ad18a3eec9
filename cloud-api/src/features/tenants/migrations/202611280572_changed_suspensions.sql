-- Suspends at a time, or resumes (null), and says whether the company was suspended before; null when
-- there is no such company. The release before this one calls suspend_tenant().
create function directory.change_suspension(wanted uuid, at timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  since timestamptz;
begin
  select suspended_at into since from directory.tenants where id = wanted for update;
  if not found then
    return null;
  end if;
  update directory.tenants
    set suspended_at = case when at is null then null else coalesce(since, at) end
    where id = wanted;
  return since is not null;
end $$;

grant execute on function directory.change_suspension(uuid, timestamptz) to foyer_app;
