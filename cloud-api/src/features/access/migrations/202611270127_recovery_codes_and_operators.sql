-- Codes for the day the phone is lost are made anew without turning the second factor off, and whoever
-- has it sees how many are left. False where there is no second factor.
create function directory.renew_recovery_codes(wanted uuid, code_hashes bytea[]) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform 1 from directory.staff where id = wanted and totp_secret is not null for update;
  if not found then return false; end if;
  delete from directory.recovery_codes where staff_id = wanted;
  insert into directory.recovery_codes (staff_id, code_hash) select wanted, unnest(code_hashes);
  return true;
end $$;
create function directory.count_recovery_codes(wanted uuid) returns bigint
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select count(*) from directory.recovery_codes where staff_id = wanted and used_at is null
$$;
grant execute on function directory.renew_recovery_codes(uuid, bytea[]) to foyer_app;
grant execute on function directory.count_recovery_codes(uuid) to foyer_app;

alter table directory.account_mails drop constraint account_mails_kind_check;
alter table directory.account_mails add constraint account_mails_kind_check check (kind in
  ('reset', 'sign-up', 'new-sign-in', 'password-reset', 'password-changed', 'totp-on', 'totp-off',
    'recovery-codes'));

drop function directory.find_sign_in(bytea, timestamptz);
-- In a company that is suspended nobody is at work. In one that asks for a second factor nobody who
-- has none holds anything until they have set it up; whoever runs this Foyer has one in any case.
create function directory.find_sign_in(wanted bytea, at timestamptz)
  returns table (staff_id uuid, tenant_id uuid, grants jsonb, seen_at timestamptz,
    is_operator boolean, needs_second_factor boolean, has_second_factor boolean)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select found.staff_id, found.tenant_id,
      case when found.needs then '[]'::jsonb
        else directory.describe_grants(found.tenant_id, found.staff_id) end,
      found.seen_at, found.is_operator, found.needs, found.has
    from (
      select sign_in.staff_id, tenant.id as tenant_id, sign_in.seen_at, staff.is_operator,
          coalesce(tenant.second_factor_required and staff.totp_secret is null, false) as needs,
          staff.totp_secret is not null as has
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
