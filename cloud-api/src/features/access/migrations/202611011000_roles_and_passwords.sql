-- Roles are changed, open invitations listed and taken back, passwords changed.
alter table directory.first_sign_ins add column id uuid not null default gen_random_uuid();
create unique index first_sign_ins_by_id on directory.first_sign_ins (id);

-- An invitation raises the role of somebody who belongs already, and lowers none. False when it
-- changes nothing.
create or replace function directory.add_own_membership(
    new_staff_id uuid, new_role text, at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  insert into directory.memberships (tenant_id, staff_id, role, created_at)
    values (current_tenant(), new_staff_id, new_role, at)
    on conflict (tenant_id, staff_id) do update set role = excluded.role
      where (excluded.role = 'owner' and memberships.role <> 'owner')
        or (excluded.role = 'manager' and memberships.role = 'viewer');
  return found;
end $$;

-- What became of it: changed, missing, or last-owner. The invitations of somebody who may not invite
-- any more end with it.
create function directory.change_own_membership(wanted_id uuid, new_role text) returns text
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  old_role text;
begin
  -- Two owners who lower each other must not both succeed: the tenant's row puts them in a line.
  perform from directory.tenants where id = current_tenant() for update;
  select role into old_role from directory.memberships
    where tenant_id = current_tenant() and staff_id = wanted_id;
  if not found then return 'missing'; end if;
  if old_role = 'owner' and new_role <> 'owner' and not exists (
      select from directory.memberships as other
        where other.tenant_id = current_tenant() and other.role = 'owner'
          and other.staff_id <> wanted_id) then
    return 'last-owner';
  end if;
  update directory.memberships set role = new_role
    where tenant_id = current_tenant() and staff_id = wanted_id;
  if new_role <> 'owner' then
    delete from directory.first_sign_ins
      where tenant_id = current_tenant() and invited_by = wanted_id and used_at is null;
  end if;
  return 'changed';
end $$;

create function directory.list_own_invitations(at timestamptz)
  returns table (id uuid, role text, invited_by text, created_at timestamptz, expires_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select link.id, link.role, staff.name, link.created_at, link.expires_at
    from directory.first_sign_ins as link
    left join directory.staff on staff.id = link.invited_by
    where link.tenant_id = current_tenant() and link.kind = 'invitation'
      and link.used_at is null and link.expires_at > at
    order by link.created_at, link.id
$$;

-- False when it was used, taken back before, or never was.
create function directory.remove_own_invitation(wanted uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  delete from directory.first_sign_ins
    where tenant_id = current_tenant() and id = wanted and kind = 'invitation' and used_at is null;
  return found;
end $$;

-- False when the password has been changed since `old_hash` was read.
create function directory.change_password(wanted uuid, old_hash text, new_hash text) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set password_hash = new_hash where id = wanted and password_hash = old_hash;
  return found;
end $$;

grant execute on function directory.change_own_membership(uuid, text) to foyer_app;
grant execute on function directory.list_own_invitations(timestamptz) to foyer_app;
grant execute on function directory.remove_own_invitation(uuid) to foyer_app;
grant execute on function directory.change_password(uuid, text, text) to foyer_app;
