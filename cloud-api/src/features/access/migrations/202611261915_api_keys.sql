-- Keys by which programs call the API. Of a key only its hash is kept: 256 random bits cannot be
-- searched.
create table directory.api_keys (
  id uuid primary key,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  key_hash bytea not null unique,
  -- What its owner tells keys apart by.
  prefix text not null,
  name text not null check (name <> ''),
  permissions text[] not null check (cardinality(permissions) > 0),
  scope text not null check (scope in ('tenant', 'brand', 'branches')),
  brand_id uuid,
  branch_ids uuid[] check (cardinality(branch_ids) > 0),
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  check ((scope = 'brand') = (brand_id is not null)),
  check ((scope = 'branches') = (branch_ids is not null))
);
create index api_keys_by_tenant on directory.api_keys (tenant_id, created_at);

-- Null for one that was revoked, has expired, or never was.
create function directory.find_api_key(wanted bytea, at timestamptz)
  returns table (id uuid, tenant_id uuid, name text, permissions text[], scope text, brand_id uuid,
    branch_ids uuid[])
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.id, held.tenant_id, held.name, held.permissions, held.scope, held.brand_id,
      held.branch_ids
    from directory.api_keys as held
    where held.key_hash = wanted and held.revoked_at is null and held.expires_at > at
$$;

-- To the minute: a busy key must not write its row at each call.
create function directory.note_api_key(wanted uuid, at timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.api_keys set last_used_at = at
    where id = wanted and (last_used_at is null or last_used_at <= at - interval '1 minute')
$$;

create function directory.add_own_api_key(new_id uuid, new_hash bytea, new_prefix text,
    new_name text, new_permissions text[], new_scope text, new_brand_id uuid, new_branch_ids uuid[],
    maker uuid, at timestamptz, until timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.api_keys (id, tenant_id, key_hash, prefix, name, permissions, scope,
      brand_id, branch_ids, created_by, created_at, expires_at)
    values (new_id, current_tenant(), new_hash, new_prefix, new_name, new_permissions, new_scope,
      new_brand_id, new_branch_ids, maker, at, until)
$$;

create function directory.list_own_api_keys()
  returns table (id uuid, prefix text, name text, permissions text[], scope text, brand_id uuid,
    branch_ids uuid[], created_by uuid, created_at timestamptz, expires_at timestamptz,
    last_used_at timestamptz, revoked_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.id, held.prefix, held.name, held.permissions, held.scope, held.brand_id,
      held.branch_ids, held.created_by, held.created_at, held.expires_at, held.last_used_at,
      held.revoked_at
    from directory.api_keys as held
    where held.tenant_id = current_tenant() order by held.created_at desc, held.id desc
$$;

-- False when there is none, or it was revoked before.
create function directory.revoke_own_api_key(wanted uuid, at timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.api_keys set revoked_at = at
    where tenant_id = current_tenant() and id = wanted and revoked_at is null;
  return found;
end $$;

grant execute on function directory.find_api_key(bytea, timestamptz) to foyer_app;
grant execute on function directory.note_api_key(uuid, timestamptz) to foyer_app;
grant execute on function directory.add_own_api_key(uuid, bytea, text, text, text[], text, uuid, uuid[], uuid, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.list_own_api_keys() to foyer_app;
grant execute on function directory.revoke_own_api_key(uuid, timestamptz) to foyer_app;
