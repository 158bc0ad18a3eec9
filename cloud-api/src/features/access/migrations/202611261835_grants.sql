-- What each member may do, and where: roles of the product, or the company's own, over all of it, a
-- brand, or some branches. memberships.role is read no more.

create table directory.staff_roles (
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  id uuid not null,
  name text not null check (name <> ''),
  permissions text[] not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table directory.grants (
  tenant_id uuid not null,
  staff_id uuid not null,
  position smallint not null,
  role text check (role in ('owner', 'admin', 'marketer', 'manager', 'cashier', 'viewer')),
  own_role_id uuid,
  scope text not null check (scope in ('tenant', 'brand', 'branches')),
  brand_id uuid,
  branch_ids uuid[] check (cardinality(branch_ids) > 0),
  primary key (tenant_id, staff_id, position),
  foreign key (tenant_id, staff_id) references directory.memberships on delete cascade,
  foreign key (tenant_id, own_role_id) references directory.staff_roles (tenant_id, id),
  check ((role is null) <> (own_role_id is null)),
  check (role is distinct from 'owner' or scope = 'tenant'),
  check ((scope = 'brand') = (brand_id is not null)),
  check ((scope = 'branches') = (branch_ids is not null))
);
create index grants_by_own_role on directory.grants (tenant_id, own_role_id);

insert into directory.grants (tenant_id, staff_id, position, role, scope)
  select tenant_id, staff_id, 0, role, 'tenant' from directory.memberships;

alter table directory.memberships alter column role drop not null;
alter table directory.first_sign_ins alter column role drop not null;
-- What an invitation gives: an array of grants as write_own_grants takes them.
alter table directory.first_sign_ins add column grants jsonb;
update directory.first_sign_ins
  set grants = jsonb_build_array(jsonb_build_object('role', role, 'scope', 'tenant'))
  where kind = 'invitation';

-- For the functions below alone.
create function directory.describe_grants(of_tenant uuid, of_staff uuid) returns jsonb
  language sql stable set search_path = directory, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
        'role', held.role, 'ownRoleId', held.own_role_id, 'ownRoleName', own.name,
        'permissions', own.permissions, 'scope', held.scope, 'brandId', held.brand_id,
        'branchIds', held.branch_ids) order by held.position), '[]')
    from directory.grants as held
    left join directory.staff_roles as own
      on own.tenant_id = held.tenant_id and own.id = held.own_role_id
    where held.tenant_id = of_tenant and held.staff_id = of_staff
$$;

drop function directory.list_memberships(uuid);
create function directory.list_memberships(wanted uuid)
  returns table (tenant_id uuid, tenant_name text, grants jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select membership.tenant_id, tenant.name,
      directory.describe_grants(membership.tenant_id, membership.staff_id)
    from directory.memberships as membership
    join directory.tenants as tenant on tenant.id = membership.tenant_id
    where membership.staff_id = wanted order by membership.created_at, membership.tenant_id
$$;

drop function directory.list_own_staff();
create function directory.list_own_staff()
  returns table (id uuid, email text, name text, grants jsonb, totp_enabled boolean,
    since timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select staff.id, staff.email, staff.name,
      directory.describe_grants(membership.tenant_id, staff.id), staff.totp_secret is not null,
      membership.created_at
    from directory.memberships as membership
    join directory.staff on staff.id = membership.staff_id
    where membership.tenant_id = current_tenant() order by membership.created_at, staff.id
$$;

-- The grants come from the membership each time, so that what is taken away ends at once.
drop function directory.find_sign_in(bytea, timestamptz);
create function directory.find_sign_in(wanted bytea, at timestamptz)
  returns table (staff_id uuid, tenant_id uuid, grants jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select sign_in.staff_id, membership.tenant_id,
      directory.describe_grants(membership.tenant_id, membership.staff_id)
    from directory.sign_ins as sign_in
    left join directory.memberships as membership
      on membership.tenant_id = sign_in.tenant_id and membership.staff_id = sign_in.staff_id
    where sign_in.token_hash = wanted and sign_in.expires_at > at
$$;

-- Whoever changes what members may do, or which roles there are, waits for each other.
create function directory.lock_own_tenant() returns void
  language plpgsql security definer set search_path = directory, public, pg_temp
  as $$ begin perform from directory.tenants where id = current_tenant() for update; end $$;

create function directory.has_other_owner(than uuid) returns boolean
  language sql stable set search_path = directory, public, pg_temp as $$
  select exists (select from directory.grants
    where tenant_id = current_tenant() and role = 'owner' and staff_id <> than)
$$;

-- Null for somebody who is no member.
create function directory.find_own_grants(wanted uuid) returns jsonb
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select directory.describe_grants(membership.tenant_id, membership.staff_id)
    from directory.memberships as membership
    where membership.tenant_id = current_tenant() and membership.staff_id = wanted
$$;

-- Makes somebody a member who is none. False, and nothing done, where it would leave the company
-- without an owner.
create function directory.write_own_grants(wanted uuid, new_grants jsonb, at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  perform directory.lock_own_tenant();
  if not new_grants @> '[{"role": "owner"}]' and not directory.has_other_owner(wanted)
    and exists (select from directory.grants
      where tenant_id = current_tenant() and staff_id = wanted and role = 'owner') then
    return false;
  end if;
  insert into directory.memberships (tenant_id, staff_id, created_at)
    values (current_tenant(), wanted, at) on conflict (tenant_id, staff_id) do nothing;
  delete from directory.grants where tenant_id = current_tenant() and staff_id = wanted;
  insert into directory.grants
      (tenant_id, staff_id, position, role, own_role_id, scope, brand_id, branch_ids)
    select current_tenant(), wanted, told.position, told.value ->> 'role',
        (told.value ->> 'ownRoleId')::uuid, told.value ->> 'scope',
        (told.value ->> 'brandId')::uuid,
        case when told.value ->> 'scope' = 'branches'
          then array(select jsonb_array_elements_text(told.value -> 'branchIds')::uuid) end
      from jsonb_array_elements(new_grants) with ordinality as told (value, position);
  return true;
end $$;

create or replace function directory.remove_own_membership(old_staff_id uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  -- Two owners who remove each other must not both succeed: the tenant's row puts them in a line.
  perform directory.lock_own_tenant();
  delete from directory.memberships
    where tenant_id = current_tenant() and staff_id = old_staff_id
      and directory.has_other_owner(old_staff_id);
  if not found then return false; end if;
  perform directory.remove_own_invitations_of(old_staff_id);
  return true;
end $$;

create function directory.remove_own_invitations_of(inviter uuid) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.first_sign_ins
    where tenant_id = current_tenant() and invited_by = inviter and used_at is null
$$;

drop function directory.add_own_membership(uuid, text, timestamptz);
drop function directory.change_own_membership(uuid, text);

drop function directory.add_invitation(bytea, text, uuid, timestamptz, timestamptz);
create function directory.add_invitation(
    new_hash bytea, new_grants jsonb, inviter uuid, at timestamptz, until timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.first_sign_ins (token_hash, kind, tenant_id, grants, invited_by, created_at,
      expires_at)
    values (new_hash, 'invitation', current_tenant(), new_grants, inviter, at, until)
$$;

drop function directory.take_first_sign_in(bytea, timestamptz);
-- Of two at once, the second waits for the first one's row and then finds it used.
create function directory.take_first_sign_in(wanted bytea, at timestamptz)
  returns table (kind text, tenant_id uuid, grants jsonb, invited_by uuid)
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.first_sign_ins as link set used_at = at
    where link.token_hash = wanted and link.used_at is null and link.expires_at > at
    returning link.kind, link.tenant_id, link.grants, link.invited_by
$$;

drop function directory.list_own_invitations(timestamptz);
create function directory.list_own_invitations(at timestamptz)
  returns table (id uuid, grants jsonb, invited_by text, created_at timestamptz,
    expires_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select link.id, link.grants, staff.name, link.created_at, link.expires_at
    from directory.first_sign_ins as link
    left join directory.staff on staff.id = link.invited_by
    where link.tenant_id = current_tenant() and link.kind = 'invitation'
      and link.used_at is null and link.expires_at > at
    order by link.created_at, link.id
$$;

create function directory.list_own_roles()
  returns table (id uuid, name text, permissions text[], held_by integer)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select own.id, own.name, own.permissions,
      (select count(distinct held.staff_id)::integer from directory.grants as held
        where held.tenant_id = own.tenant_id and held.own_role_id = own.id)
    from directory.staff_roles as own
    where own.tenant_id = current_tenant() order by own.name, own.id
$$;

-- False when another role has the name.
create function directory.add_own_role(
    new_id uuid, new_name text, new_permissions text[], at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  insert into directory.staff_roles (tenant_id, id, name, permissions, created_at)
    values (current_tenant(), new_id, new_name, new_permissions, at)
    on conflict (tenant_id, name) do nothing;
  return found;
end $$;

-- changed, missing, or taken where another role has the name.
create function directory.change_own_role(wanted uuid, new_name text, new_permissions text[])
  returns text language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform directory.lock_own_tenant();
  if exists (select from directory.staff_roles
      where tenant_id = current_tenant() and name = new_name and id <> wanted) then
    return 'taken';
  end if;
  update directory.staff_roles set name = new_name, permissions = new_permissions
    where tenant_id = current_tenant() and id = wanted;
  return case when found then 'changed' else 'missing' end;
end $$;

-- removed, missing, or held where somebody has it, or an open invitation gives it.
create function directory.remove_own_role(wanted uuid, at timestamptz) returns text
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform directory.lock_own_tenant();
  if exists (select from directory.grants
      where tenant_id = current_tenant() and own_role_id = wanted)
    or exists (select from directory.first_sign_ins
      where tenant_id = current_tenant() and used_at is null and expires_at > at
        and grants @> jsonb_build_array(jsonb_build_object('ownRoleId', wanted))) then
    return 'held';
  end if;
  delete from directory.staff_roles where tenant_id = current_tenant() and id = wanted;
  return case when found then 'removed' else 'missing' end;
end $$;

grant execute on function directory.list_memberships(uuid) to foyer_app;
grant execute on function directory.list_own_staff() to foyer_app;
grant execute on function directory.find_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.lock_own_tenant() to foyer_app;
grant execute on function directory.find_own_grants(uuid) to foyer_app;
grant execute on function directory.write_own_grants(uuid, jsonb, timestamptz) to foyer_app;
grant execute on function directory.remove_own_invitations_of(uuid) to foyer_app;
grant execute on function directory.add_invitation(bytea, jsonb, uuid, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.take_first_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.list_own_invitations(timestamptz) to foyer_app;
grant execute on function directory.list_own_roles() to foyer_app;
grant execute on function directory.add_own_role(uuid, text, text[], timestamptz) to foyer_app;
grant execute on function directory.change_own_role(uuid, text, text[]) to foyer_app;
grant execute on function directory.remove_own_role(uuid, timestamptz) to foyer_app;
