-- The companies that use Foyer. Staff see the names of all of theirs before they enter one.
create table directory.tenants (
  id uuid primary key,
  name text not null check (name <> ''),
  created_at timestamptz not null
);

create function directory.add_tenant(new_id uuid, new_name text, new_created_at timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp
  as $$ insert into directory.tenants (id, name, created_at) values (new_id, new_name, new_created_at) $$;

create function directory.find_own_tenant() returns table (id uuid, name text, created_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select id, name, created_at from directory.tenants where id = current_tenant() $$;

create function directory.rename_own_tenant(new_name text) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ update directory.tenants set name = new_name where id = current_tenant() $$;

grant execute on function directory.add_tenant(uuid, text, timestamptz) to foyer_app;
grant execute on function directory.find_own_tenant() to foyer_app;
grant execute on function directory.rename_own_tenant(text) to foyer_app;

-- What guests see of a company: its name and colours. A branch shows one brand.
create table brands (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  name text not null check (name <> ''),
  accent_colour text not null check (accent_colour ~ '^#[0-9a-f]{6}$'),
  logo text,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select distribute('brands');
select isolate_tenants('brands');
