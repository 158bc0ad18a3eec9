-- People who sign in. One person may belong to several tenants, so all of this is looked up before
-- any tenant is known: it lives in the directory, behind functions.
create table directory.staff (
  id uuid primary key,
  -- Trimmed, lower case.
  email text not null unique check (email <> ''),
  name text not null,
  language text not null check (language in ('vi', 'en')),
  -- argon2id, in PHC format.
  password_hash text not null,
  totp_secret text,
  -- Shown as a QR code, not confirmed by a code yet.
  totp_pending_secret text,
  -- The newest time step whose code was used: RFC 6238 §5.2 allows each but once.
  totp_last_step bigint not null default 0,
  created_at timestamptz not null
);

create table directory.recovery_codes (
  staff_id uuid not null references directory.staff (id) on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (staff_id, code_hash)
);

create table directory.memberships (
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  staff_id uuid not null references directory.staff (id) on delete cascade,
  role text not null check (role in ('owner', 'manager', 'viewer')),
  created_at timestamptz not null,
  primary key (tenant_id, staff_id)
);
create index memberships_by_staff on directory.memberships (staff_id);

create table directory.sign_ins (
  token_hash bytea primary key,
  staff_id uuid not null references directory.staff (id) on delete cascade,
  tenant_id uuid references directory.tenants (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sign_ins_by_staff on directory.sign_ins (staff_id);

-- One-time links: the operator's very first, and invitations into a tenant.
create table directory.first_sign_ins (
  token_hash bytea primary key,
  kind text not null check (kind in ('operator', 'invitation')),
  tenant_id uuid references directory.tenants (id) on delete cascade,
  role text not null check (role in ('owner', 'manager', 'viewer')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((kind = 'invitation') = (tenant_id is not null))
);

-- Tries at a sign-in, by a hash of whose and from where.
create table directory.attempts (
  key_hash bytea primary key,
  tries integer not null,
  until timestamptz not null
);

create function directory.has_staff() returns boolean
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select exists (select from directory.staff) $$;

create function directory.find_staff_by_email(wanted text)
  returns table (id uuid, password_hash text, totp_secret text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select staff.id, staff.password_hash, staff.totp_secret from directory.staff
    where staff.email = wanted
$$;

create function directory.find_staff(wanted uuid)
  returns table (id uuid, email text, name text, language text, password_hash text,
    totp_secret text, totp_pending_secret text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select staff.id, staff.email, staff.name, staff.language, staff.password_hash,
      staff.totp_secret, staff.totp_pending_secret
    from directory.staff where staff.id = wanted
$$;

-- False when the address is taken.
create function directory.add_staff(
    new_id uuid, new_email text, new_name text, new_language text, new_hash text, at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  insert into directory.staff (id, email, name, language, password_hash, created_at)
    values (new_id, new_email, new_name, new_language, new_hash, at)
    on conflict (email) do nothing;
  return found;
end $$;

create function directory.change_staff(wanted uuid, new_name text, new_language text) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.staff set name = coalesce(new_name, name),
    language = coalesce(new_language, language) where id = wanted
$$;

create function directory.list_memberships(wanted uuid)
  returns table (tenant_id uuid, tenant_name text, role text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select membership.tenant_id, tenant.name, membership.role
    from directory.memberships as membership
    join directory.tenants as tenant on tenant.id = membership.tenant_id
    where membership.staff_id = wanted order by membership.created_at, membership.tenant_id
$$;

-- False when the person belongs to the entered tenant already.
create function directory.add_own_membership(new_staff_id uuid, new_role text, at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  insert into directory.memberships (tenant_id, staff_id, role, created_at)
    values (current_tenant(), new_staff_id, new_role, at)
    on conflict (tenant_id, staff_id) do nothing;
  return found;
end $$;

create function directory.list_own_staff()
  returns table (id uuid, email text, name text, role text, totp_enabled boolean, since timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select staff.id, staff.email, staff.name, membership.role, staff.totp_secret is not null,
      membership.created_at
    from directory.memberships as membership
    join directory.staff on staff.id = membership.staff_id
    where membership.tenant_id = current_tenant() order by membership.created_at, staff.id
$$;

create function directory.remove_own_membership(old_staff_id uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  -- Two owners who remove each other must not both succeed: the tenant's row puts them in a line.
  perform from directory.tenants where id = current_tenant() for update;
  delete from directory.memberships
    where tenant_id = current_tenant() and staff_id = old_staff_id
      and exists (select from directory.memberships as other
        where other.tenant_id = current_tenant() and other.role = 'owner'
          and other.staff_id <> old_staff_id);
  return found;
end $$;

create function directory.add_sign_in(
    new_hash bytea, new_staff_id uuid, at timestamptz, until timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.sign_ins (token_hash, staff_id, tenant_id, created_at, expires_at)
    values (new_hash, new_staff_id,
      (select tenant_id from directory.memberships where staff_id = new_staff_id
        order by created_at, tenant_id limit 1),
      at, until)
$$;

-- The role comes from the membership each time, so that a removed one ends at once.
create function directory.find_sign_in(wanted bytea, at timestamptz)
  returns table (staff_id uuid, tenant_id uuid, role text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select sign_in.staff_id, membership.tenant_id, membership.role
    from directory.sign_ins as sign_in
    left join directory.memberships as membership
      on membership.tenant_id = sign_in.tenant_id and membership.staff_id = sign_in.staff_id
    where sign_in.token_hash = wanted and sign_in.expires_at > at
$$;

-- False when the person does not belong to that tenant.
create function directory.switch_sign_in(wanted bytea, new_tenant_id uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.sign_ins set tenant_id = new_tenant_id
    where token_hash = wanted and exists (select from directory.memberships as membership
      where membership.staff_id = sign_ins.staff_id and membership.tenant_id = new_tenant_id);
  return found;
end $$;

create function directory.remove_sign_in(old bytea) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ delete from directory.sign_ins where token_hash = old $$;

create function directory.remove_other_sign_ins(wanted uuid, kept bytea) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ delete from directory.sign_ins where staff_id = wanted and token_hash <> kept $$;

create function directory.offer_totp(wanted uuid, new_secret text) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ update directory.staff set totp_pending_secret = new_secret where id = wanted $$;

-- False when the offer was taken, or replaced, in the meantime.
create function directory.enable_totp(
    wanted uuid, expected_secret text, step bigint, code_hashes bytea[])
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set totp_secret = totp_pending_secret, totp_pending_secret = null,
    totp_last_step = step where id = wanted and totp_pending_secret = expected_secret;
  if not found then return false; end if;
  delete from directory.recovery_codes where staff_id = wanted;
  insert into directory.recovery_codes (staff_id, code_hash) select wanted, unnest(code_hashes);
  return true;
end $$;

create function directory.disable_totp(wanted uuid) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set totp_secret = null, totp_pending_secret = null where id = wanted;
  delete from directory.recovery_codes where staff_id = wanted;
end $$;

-- False when a code of this time step, or of a later one, was used before.
create function directory.use_totp_step(wanted uuid, step bigint) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set totp_last_step = step where id = wanted and totp_last_step < step;
  return found;
end $$;

create function directory.use_recovery_code(wanted uuid, hash bytea, at timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.recovery_codes set used_at = at
    where staff_id = wanted and code_hash = hash and used_at is null;
  return found;
end $$;

create function directory.add_first_sign_in(
    new_hash bytea, new_kind text, new_role text, at timestamptz, until timestamptz)
  returns void language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  -- An invitation leads into the tenant of the transaction, whatever its caller says.
  insert into directory.first_sign_ins (token_hash, kind, tenant_id, role, created_at, expires_at)
    values (new_hash, new_kind,
      case when new_kind = 'invitation' then current_tenant() end, new_role, at, until);
end $$;

create function directory.remove_operator_links() returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ delete from directory.first_sign_ins where kind = 'operator' and used_at is null $$;

create function directory.find_first_sign_in(wanted bytea, at timestamptz)
  returns table (kind text, tenant_name text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select link.kind, tenant.name from directory.first_sign_ins as link
    left join directory.tenants as tenant on tenant.id = link.tenant_id
    where link.token_hash = wanted and link.used_at is null and link.expires_at > at
$$;

-- Of two at once, the second waits for the first one's row and then finds it used.
create function directory.take_first_sign_in(wanted bytea, at timestamptz)
  returns table (kind text, tenant_id uuid, role text)
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.first_sign_ins as link set used_at = at
    where link.token_hash = wanted and link.used_at is null and link.expires_at > at
    returning link.kind, link.tenant_id, link.role
$$;

-- Counts this try and gives how many there were in the window, this one with them.
create function directory.count_attempt(wanted bytea, at timestamptz, window_until timestamptz)
  returns integer language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.attempts (key_hash, tries, until) values (wanted, 1, window_until)
    on conflict (key_hash) do update set
      tries = case when attempts.until <= at then 1 else attempts.tries + 1 end,
      until = case when attempts.until <= at then excluded.until else attempts.until end
    returning tries
$$;

create function directory.forget_attempts(old bytea) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ delete from directory.attempts where key_hash = old $$;

create function directory.purge_access(at timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  delete from directory.sign_ins where expires_at <= at;
  delete from directory.first_sign_ins where expires_at <= at;
  delete from directory.attempts where until <= at;
end $$;

grant execute on function directory.has_staff() to foyer_app;
grant execute on function directory.find_staff_by_email(text) to foyer_app;
grant execute on function directory.find_staff(uuid) to foyer_app;
grant execute on function directory.add_staff(uuid, text, text, text, text, timestamptz) to foyer_app;
grant execute on function directory.change_staff(uuid, text, text) to foyer_app;
grant execute on function directory.list_memberships(uuid) to foyer_app;
grant execute on function directory.add_own_membership(uuid, text, timestamptz) to foyer_app;
grant execute on function directory.list_own_staff() to foyer_app;
grant execute on function directory.remove_own_membership(uuid) to foyer_app;
grant execute on function directory.add_sign_in(bytea, uuid, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.find_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.switch_sign_in(bytea, uuid) to foyer_app;
grant execute on function directory.remove_sign_in(bytea) to foyer_app;
grant execute on function directory.remove_other_sign_ins(uuid, bytea) to foyer_app;
grant execute on function directory.offer_totp(uuid, text) to foyer_app;
grant execute on function directory.enable_totp(uuid, text, bigint, bytea[]) to foyer_app;
grant execute on function directory.disable_totp(uuid) to foyer_app;
grant execute on function directory.use_totp_step(uuid, bigint) to foyer_app;
grant execute on function directory.use_recovery_code(uuid, bytea, timestamptz) to foyer_app;
grant execute on function directory.add_first_sign_in(bytea, text, text, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.remove_operator_links() to foyer_app;
grant execute on function directory.find_first_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.take_first_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.count_attempt(bytea, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.forget_attempts(bytea) to foyer_app;
grant execute on function directory.purge_access(timestamptz) to foyer_app;
