-- Settings are mostly pictures, which are packed already: trying to pack them again took most of the time
-- that putting a page on many branches takes. Citus takes no such change of a table that is distributed.
do $$
begin
  if not exists (select from pg_extension where extname = 'citus') then
    alter table branches alter column settings set storage external;
  end if;
end
$$;
