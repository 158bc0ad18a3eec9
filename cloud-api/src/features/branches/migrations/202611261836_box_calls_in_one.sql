-- A call whose signature was proved: takes its number and says whose key it is, in one statement, so
-- that the key can become nobody else's in between.
create function directory.meet_box_call(wanted bytea, call bigint)
  returns table (taken boolean, highest bigint, tenant_id uuid, branch_id uuid, box_id uuid,
    public_key bytea, added_at timestamptz)
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  -- A call that a broken database forgets can come again, once, and does the same again.
  set local synchronous_commit to off;
  return query
    select told.taken, told.highest, key.tenant_id, key.branch_id, key.box_id, key.public_key,
      key.added_at
    from directory.take_box_call(wanted, call) as told, directory.box_keys as key
    where key.key_id = wanted;
end
$$;
grant execute on function directory.meet_box_call(bytea, bigint) to foyer_app;
