-- Who runs this Foyer: beside what somebody is in companies, and given by a command alone.
alter table directory.staff add column is_operator boolean not null default false;

-- False when nobody has the address. Opened to nobody: the role that serves cannot call it, so no
-- route, whatever is wrong with it, makes an operator.
create function directory.set_operator(wanted_email text, new_value boolean) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set is_operator = new_value where email = wanted_email;
  return found;
end $$;

drop function directory.find_sign_in(bytea, timestamptz);
-- In a company that is suspended nobody is at work.
create function directory.find_sign_in(wanted bytea, at timestamptz)
  returns table (staff_id uuid, tenant_id uuid, grants jsonb, seen_at timestamptz,
    is_operator boolean)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select sign_in.staff_id, tenant.id,
      directory.describe_grants(tenant.id, membership.staff_id), sign_in.seen_at, staff.is_operator
    from directory.sign_ins as sign_in
    join directory.staff on staff.id = sign_in.staff_id
    left join directory.memberships as membership
      on membership.tenant_id = sign_in.tenant_id and membership.staff_id = sign_in.staff_id
    left join directory.tenants as tenant
      on tenant.id = membership.tenant_id and tenant.suspended_at is null
    where sign_in.token_hash = wanted and sign_in.expires_at > at
$$;

drop function directory.list_memberships(uuid);
create function directory.list_memberships(wanted uuid)
  returns table (tenant_id uuid, tenant_name text, is_suspended boolean, grants jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select membership.tenant_id, tenant.name, tenant.suspended_at is not null,
      directory.describe_grants(membership.tenant_id, membership.staff_id)
    from directory.memberships as membership
    join directory.tenants as tenant on tenant.id = membership.tenant_id
    where membership.staff_id = wanted order by membership.created_at, membership.tenant_id
$$;

-- Null for one that was revoked, has expired, never was, or is a suspended company's.
create or replace function directory.find_api_key(wanted bytea, at timestamptz)
  returns table (id uuid, tenant_id uuid, name text, permissions text[], scope text, brand_id uuid,
    branch_ids uuid[])
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.id, held.tenant_id, held.name, held.permissions, held.scope, held.brand_id,
      held.branch_ids
    from directory.api_keys as held
    join directory.tenants as tenant on tenant.id = held.tenant_id and tenant.suspended_at is null
    where held.key_hash = wanted and held.revoked_at is null and held.expires_at > at
$$;

grant execute on function directory.find_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.list_memberships(uuid) to foyer_app;
