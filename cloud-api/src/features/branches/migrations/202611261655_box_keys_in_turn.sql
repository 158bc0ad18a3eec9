-- Whatever gives a box a key or takes one away goes by turns within its tenant, so that no key comes in
-- while the others are ended: the row of the tenant is the lock.

-- A number far above what any clock gives is not taken: somebody on the way has told the box a false
-- one, and to follow it would use up the numbers of the key. The highest is told instead.
create or replace function directory.take_box_call(wanted bytea, call bigint)
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
  -- CALL_START_MAX and CALL_LEAP_MAX of the contract.
  if call > greatest(own.highest_call, 1::bigint << 44) + (1::bigint << 32) then
    return query select false, own.highest_call;
  elsif distance > 0 then
    update directory.box_keys as key set highest_call = call,
        calls_below = case when distance > 60 then 0 else
          ((own.calls_below << distance::integer) | (1::bigint << (distance - 1)::integer))
            & ((1::bigint << 60) - 1) end
      where key.key_id = wanted;
    if own.highest_call = 0 then
      -- The first call of a new key: the one before it has done its work.
      delete from directory.box_keys as key
        where key.tenant_id = own.tenant_id and key.box_id = own.box_id and key.key_id <> wanted;
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

create or replace function directory.offer_own_box(new_hash bytea, wanted_branch_id uuid,
    wanted_box_id uuid, until timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform from directory.tenants as own where own.id = current_tenant() for no key update;
  delete from directory.box_enrolments as old
    where old.tenant_id = current_tenant() and old.box_id = wanted_box_id;
  insert into directory.box_enrolments (code_hash, tenant_id, branch_id, box_id, expires_at)
    values (new_hash, current_tenant(), wanted_branch_id, wanted_box_id, until);
end
$$;

-- The same key may ask again while it is the box's. A key that was another's becomes this box's alone,
-- and its numbers go on: what was recorded under it is not taken again.
create or replace function directory.enrol_box(wanted bytea, new_key_id bytea, new_public_key bytea,
    at timestamptz) returns table (tenant_id uuid, branch_id uuid, box_id uuid)
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  offer directory.box_enrolments;
begin
  perform from directory.tenants as own where own.id =
      (select open.tenant_id from directory.box_enrolments as open where open.code_hash = wanted)
    for no key update;
  select * into offer from directory.box_enrolments as open
    where open.code_hash = wanted and open.expires_at > at for update;
  if not found or offer.public_key <> new_public_key then
    return;
  end if;
  if offer.public_key is null then
    delete from directory.box_keys as key
      where key.tenant_id = offer.tenant_id and key.box_id = offer.box_id
        and key.key_id <> new_key_id;
    insert into directory.box_keys as key
        (key_id, tenant_id, branch_id, box_id, public_key, added_at)
      values (new_key_id, offer.tenant_id, offer.branch_id, offer.box_id, new_public_key, at)
      on conflict (key_id) do update set tenant_id = excluded.tenant_id,
        branch_id = excluded.branch_id, box_id = excluded.box_id, added_at = excluded.added_at;
    update directory.box_enrolments as open set public_key = new_public_key
      where open.code_hash = wanted;
  elsif not exists (select from directory.box_keys as key
      where key.key_id = new_key_id and key.box_id = offer.box_id) then
    return;
  end if;
  return query select offer.tenant_id, offer.branch_id, offer.box_id;
end
$$;

create or replace function directory.add_next_box_key(wanted bytea, new_key_id bytea,
    new_public_key bytea, at timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  own directory.box_keys;
begin
  perform from directory.tenants as its where its.id =
      (select key.tenant_id from directory.box_keys as key where key.key_id = wanted)
    for no key update;
  select * into own from directory.box_keys as key where key.key_id = wanted for update;
  if not found then
    return;
  end if;
  delete from directory.box_keys as key
    where key.tenant_id = own.tenant_id and key.box_id = own.box_id
      and key.key_id not in (wanted, new_key_id);
  insert into directory.box_keys (key_id, tenant_id, branch_id, box_id, public_key, added_at)
    values (new_key_id, own.tenant_id, own.branch_id, own.box_id, new_public_key, at)
    on conflict (key_id) do nothing;
end
$$;

create or replace function directory.remove_own_box_key(old_box_id uuid) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform from directory.tenants as own where own.id = current_tenant() for no key update;
  delete from directory.box_enrolments
    where tenant_id = current_tenant() and box_id = old_box_id;
  delete from directory.box_keys where tenant_id = current_tenant() and box_id = old_box_id;
end
$$;
