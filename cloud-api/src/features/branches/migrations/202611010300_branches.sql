-- Places that guests come to. What a box needs of one beside these columns is its settings document.
create table branches (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  name text not null check (name <> ''),
  time_zone text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  -- The first is the one shown when a browser asks for none of them.
  languages text[] not null check (cardinality(languages) > 0),
  visit_gap_minutes integer not null check (visit_gap_minutes between 1 and 1440),
  -- BranchSettings without version, tenant and branch: brand, nas, signIn, policies, pages, legalTexts.
  settings jsonb not null,
  settings_version integer not null default 1 check (settings_version > 0),
  -- The position of the branch's newest command.
  command_position bigint not null default 0,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select distribute('branches');
select isolate_tenants('branches');

create table boxes (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  name text not null check (name <> ''),
  created_at timestamptz not null,
  last_contact_at timestamptz,
  -- When the box began the life it last told of, and its release then.
  started_at timestamptz,
  release text,
  -- The version in force on the box, and why it refused a newer one.
  settings_version integer not null default 0,
  settings_fault text,
  removed_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('boxes');
alter table boxes add constraint boxes_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
create index boxes_by_branch on boxes (tenant_id, branch_id);
select isolate_tenants('boxes');

-- What a branch's boxes are asked to do, once.
create table commands (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  position bigint not null check (position > 0),
  id uuid not null,
  kind text not null check (kind in ('guest.disconnect')),
  device_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, branch_id, position)
);
select distribute('commands');
alter table commands add constraint commands_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
select isolate_tenants('commands');

-- Whose a box's key is. Of the key only its hash is kept: 256 random bits cannot be searched.
create table directory.box_keys (
  key_hash bytea primary key,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  branch_id uuid not null,
  box_id uuid not null unique
);

create function directory.find_box(wanted bytea)
  returns table (tenant_id uuid, branch_id uuid, box_id uuid)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select box_key.tenant_id, box_key.branch_id, box_key.box_id from directory.box_keys as box_key
    where box_key.key_hash = wanted
$$;

create function directory.add_own_box_key(new_hash bytea, new_branch_id uuid, new_box_id uuid)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.box_keys (key_hash, tenant_id, branch_id, box_id)
    values (new_hash, current_tenant(), new_branch_id, new_box_id)
$$;

create function directory.remove_own_box_key(old_box_id uuid) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.box_keys where tenant_id = current_tenant() and box_id = old_box_id
$$;

grant execute on function directory.find_box(bytea) to foyer_app;
grant execute on function directory.add_own_box_key(bytea, uuid, uuid) to foyer_app;
grant execute on function directory.remove_own_box_key(uuid) to foyer_app;
