-- When somebody last looked at what is new, and which entries of the change log stood there: a person's
-- own, in whichever company they are.
create table directory.change_looks (
  staff_id uuid primary key references directory.staff (id) on delete cascade,
  looked_at timestamptz not null,
  entries text[] not null
);

create function directory.find_change_look(wanted uuid)
  returns table (looked_at timestamptz, entries text[])
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select looked_at, entries from directory.change_looks where staff_id = wanted
$$;
create function directory.save_change_look(wanted uuid, at timestamptz, seen text[]) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.change_looks as look (staff_id, looked_at, entries) values (wanted, at, seen)
    on conflict (staff_id) do update set looked_at = excluded.looked_at, entries = excluded.entries
    where look.looked_at <= excluded.looked_at
$$;
grant execute on function directory.find_change_look(uuid) to foyer_app;
grant execute on function directory.save_change_look(uuid, timestamptz, text[]) to foyer_app;
