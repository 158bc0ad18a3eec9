-- Whose invitation a link is: it ends with their membership. Null: an installer's, or the operator's.
alter table directory.first_sign_ins
  add column invited_by uuid references directory.staff (id) on delete cascade;

create function directory.add_invitation(
    new_hash bytea, new_role text, inviter uuid, at timestamptz, until timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.first_sign_ins (token_hash, kind, tenant_id, role, invited_by, created_at,
      expires_at)
    values (new_hash, 'invitation', current_tenant(), new_role, inviter, at, until)
$$;
grant execute on function directory.add_invitation(bytea, text, uuid, timestamptz, timestamptz) to foyer_app;

create or replace function directory.remove_own_membership(old_staff_id uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  -- Two owners who remove each other must not both succeed: the tenant's row puts them in a line.
  perform from directory.tenants where id = current_tenant() for update;
  delete from directory.memberships
    where tenant_id = current_tenant() and staff_id = old_staff_id
      and exists (select from directory.memberships as other
        where other.tenant_id = current_tenant() and other.role = 'owner'
          and other.staff_id <> old_staff_id);
  if not found then return false; end if;
  delete from directory.first_sign_ins
    where tenant_id = current_tenant() and invited_by = old_staff_id and used_at is null;
  return true;
end $$;
