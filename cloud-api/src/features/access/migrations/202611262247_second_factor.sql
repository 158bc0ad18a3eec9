drop function directory.find_sign_in(bytea, timestamptz);
-- In a company that is suspended nobody is at work. In one that asks for a second factor nobody who
-- has none holds anything until they have set it up.
create function directory.find_sign_in(wanted bytea, at timestamptz)
  returns table (staff_id uuid, tenant_id uuid, grants jsonb, seen_at timestamptz,
    is_operator boolean, needs_second_factor boolean)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select found.staff_id, found.tenant_id,
      case when found.needs then '[]'::jsonb
        else directory.describe_grants(found.tenant_id, found.staff_id) end,
      found.seen_at, found.is_operator, found.needs
    from (
      select sign_in.staff_id, tenant.id as tenant_id, sign_in.seen_at, staff.is_operator,
          coalesce(tenant.second_factor_required and staff.totp_secret is null, false) as needs
        from directory.sign_ins as sign_in
        join directory.staff on staff.id = sign_in.staff_id
        left join directory.memberships as membership
          on membership.tenant_id = sign_in.tenant_id and membership.staff_id = sign_in.staff_id
        left join directory.tenants as tenant
          on tenant.id = membership.tenant_id and tenant.suspended_at is null
        where sign_in.token_hash = wanted and sign_in.expires_at > at
    ) as found
$$;
grant execute on function directory.find_sign_in(bytea, timestamptz) to foyer_app;
