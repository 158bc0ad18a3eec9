-- Personal links to a customer's own page. Looked up before the tenant is known, by the token's hash.
create table directory.profile_links (
  token_hash bytea primary key,
  tenant_id uuid not null,
  customer_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index profile_links_by_customer on directory.profile_links (tenant_id, customer_id);

-- A customer has one link at most: a new one ends the one before.
create function directory.add_own_profile_link(
    new_hash bytea, new_customer_id uuid, at timestamptz, until timestamptz)
  returns void language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  delete from directory.profile_links
    where (tenant_id = current_tenant() and customer_id = new_customer_id) or expires_at < at;
  insert into directory.profile_links (token_hash, tenant_id, customer_id, created_at, expires_at)
    values (new_hash, current_tenant(), new_customer_id, at, until);
end $$;

-- False where there was none.
create function directory.remove_own_profile_link(wanted_customer_id uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  delete from directory.profile_links
    where tenant_id = current_tenant() and customer_id = wanted_customer_id;
  return found;
end $$;

create function directory.find_profile_link(wanted_hash bytea, at timestamptz)
  returns table (tenant_id uuid, customer_id uuid)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select links.tenant_id, links.customer_id from directory.profile_links as links
    where links.token_hash = wanted_hash and links.expires_at > at
$$;

grant execute on function directory.add_own_profile_link(bytea, uuid, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.remove_own_profile_link(uuid) to foyer_app;
grant execute on function directory.find_profile_link(bytea, timestamptz) to foyer_app;
