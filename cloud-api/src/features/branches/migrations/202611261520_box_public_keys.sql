-- A box makes its own key and keeps its private half: the cloud knows the public one, and a code that
-- staff give to whoever stands before the box. Keys that the cloud made itself are good no longer.
alter table boxes add column enrolled_at timestamptz;

drop function directory.add_own_box_key(bytea, uuid, uuid);
drop function directory.find_box(bytea);
drop table directory.box_keys;

create table directory.box_keys (
  -- SHA-256 of the public key.
  key_id bytea primary key,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  branch_id uuid not null,
  box_id uuid not null,
  public_key bytea not null check (octet_length(public_key) = 32),
  added_at timestamptz not null,
  -- The highest number of a call that was taken, and which of the 60 below it were: bit 0 is the next.
  highest_call bigint not null default 0,
  calls_below bigint not null default 0
);
-- Two while a box changes from one to the next.
create index box_keys_by_box on directory.box_keys (box_id);

create table directory.box_enrolments (
  code_hash bytea primary key,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  branch_id uuid not null,
  box_id uuid not null unique,
  expires_at timestamptz not null,
  -- Whose it became: the same box may ask again, for its answer can be lost.
  public_key bytea
);

create function directory.find_box(wanted bytea)
  returns table (tenant_id uuid, branch_id uuid, box_id uuid, public_key bytea, added_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select key.tenant_id, key.branch_id, key.box_id, key.public_key, key.added_at
    from directory.box_keys as key where key.key_id = wanted
$$;

-- The anti-replay window of RFC 4303, section 3.4.3, over the numbers of one key's calls. `taken` is
-- false for a number that came before or is too far below the highest, which is told.
create function directory.take_box_call(wanted bytea, call bigint)
  returns table (taken boolean, highest bigint)
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  own directory.box_keys;
  distance bigint;
begin
  select * into own from directory.box_keys as key where key.key_id = wanted for update;
  if not found then
    return;
  end if;
  distance := call - own.highest_call;
  if distance > 0 then
    update directory.box_keys as key set highest_call = call,
        calls_below = case when distance > 60 then 0 else
          ((own.calls_below << distance::integer) | (1::bigint << (distance - 1)::integer))
            & ((1::bigint << 60) - 1) end
      where key.key_id = wanted;
    if own.highest_call = 0 then
      -- The first call of a new key: the one before it has done its work.
      delete from directory.box_keys as key
        where key.box_id = own.box_id and key.key_id <> wanted;
    end if;
    return query select true, call;
  elsif distance = 0 or distance < -60
      or own.calls_below & (1::bigint << (-distance - 1)::integer) <> 0 then
    return query select false, own.highest_call;
  else
    update directory.box_keys as key
      set calls_below = own.calls_below | (1::bigint << (-distance - 1)::integer)
      where key.key_id = wanted;
    return query select true, own.highest_call;
  end if;
end
$$;

-- A newer code of a box ends the one before.
create function directory.offer_own_box(new_hash bytea, wanted_branch_id uuid, wanted_box_id uuid,
    until timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.box_enrolments as old
    where old.tenant_id = current_tenant() and old.box_id = wanted_box_id;
  insert into directory.box_enrolments (code_hash, tenant_id, branch_id, box_id, expires_at)
    values (new_hash, current_tenant(), wanted_branch_id, wanted_box_id, until);
$$;

-- Nothing for a code that nobody made, that is too old, or that another key has used. The box that
-- stood there before is the box no longer.
create function directory.enrol_box(wanted bytea, new_key_id bytea, new_public_key bytea,
    at timestamptz) returns table (tenant_id uuid, branch_id uuid, box_id uuid)
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  offer directory.box_enrolments;
begin
  select * into offer from directory.box_enrolments as open
    where open.code_hash = wanted and open.expires_at > at for update;
  if not found or offer.public_key <> new_public_key then
    return;
  end if;
  if offer.public_key is null then
    delete from directory.box_keys as key where key.box_id = offer.box_id;
    insert into directory.box_keys (key_id, tenant_id, branch_id, box_id, public_key, added_at)
      values (new_key_id, offer.tenant_id, offer.branch_id, offer.box_id, new_public_key, at);
    update directory.box_enrolments as open set public_key = new_public_key
      where open.code_hash = wanted;
  end if;
  return query select offer.tenant_id, offer.branch_id, offer.box_id;
end
$$;

-- The key before it stays good until the first call under the new one. A key that was told and not
-- used yet is told anew, or gives way to a newer.
create function directory.add_next_box_key(wanted bytea, new_key_id bytea, new_public_key bytea,
    at timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.box_keys as key using directory.box_keys as own
    where own.key_id = wanted and key.box_id = own.box_id
      and key.key_id not in (wanted, new_key_id);
  insert into directory.box_keys (key_id, tenant_id, branch_id, box_id, public_key, added_at)
    select new_key_id, own.tenant_id, own.branch_id, own.box_id, new_public_key, at
      from directory.box_keys as own where own.key_id = wanted
    on conflict (key_id) do nothing;
$$;

create or replace function directory.remove_own_box_key(old_box_id uuid) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.box_keys where tenant_id = current_tenant() and box_id = old_box_id;
  delete from directory.box_enrolments where tenant_id = current_tenant() and box_id = old_box_id;
$$;

grant execute on function directory.find_box(bytea) to foyer_app;
grant execute on function directory.take_box_call(bytea, bigint) to foyer_app;
grant execute on function directory.offer_own_box(bytea, uuid, uuid, timestamptz) to foyer_app;
grant execute on function directory.enrol_box(bytea, bytea, bytea, timestamptz) to foyer_app;
grant execute on function directory.add_next_box_key(bytea, bytea, bytea, timestamptz) to foyer_app;
