-- Of those who did something: also who has left is named.
create function directory.name_staff(wanted uuid[]) returns table (id uuid, name text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select staff.id, staff.name from directory.staff where staff.id = any(wanted)
$$;
grant execute on function directory.name_staff(uuid[]) to foyer_app;
