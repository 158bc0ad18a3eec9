-- Whoever's rights reach some branches alone is served by a role of their own, foyer_scoped, which
-- inherits what foyer_app may do. Only that role is bound by the policies made here, so that nobody
-- else pays for them at each row. They are restrictive: they take away from what the tenant's policy
-- lets through and never add to it.

-- The branches of the transaction. The cast is what refuses a transaction that named none.
create function current_branches() returns uuid[] language sql stable parallel safe
  as $$ select current_setting('foyer.branch_ids')::uuid[] $$;

create function enter_branches(branches uuid[]) returns void language plpgsql
  as $$ begin execute format('set local foyer.branch_ids = %L', branches); end $$;

-- Binds a table to the branches of the transaction, for whoever is bound to branches at all.
create function scope_to_branches(table_name regclass, column_name name) returns void
  language plpgsql as $$
begin
  execute format(
    'create policy branches on %s as restrictive to foyer_scoped using (%I = any (current_branches())) with check (%I = any (current_branches()))',
    table_name, column_name, column_name);
end $$;

revoke execute on function scope_to_branches(regclass, name) from public;
grant execute on function current_branches() to foyer_app;
grant execute on function enter_branches(uuid[]) to foyer_app;

-- Of the company's log they write what they cause and see what was told of their branches.
create policy branches on events as restrictive to foyer_scoped
  using (branch_id is null or branch_id = any (current_branches()))
  with check (branch_id is null or branch_id = any (current_branches()));
