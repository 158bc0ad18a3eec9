-- Outside of a transaction: visits are written while it is built.
-- With whose visit it was and where: what counts visits of some months reads them here alone, and not
-- the rows, which are five times as much. Names are changed at once, so that a whole index by start
-- stands wherever this is cut short.
drop index concurrently if exists visits_by_start_before;
drop index concurrently if exists visits_by_start_and_whose;
create index concurrently visits_by_start_and_whose on visits (tenant_id, started_at desc, id desc) include (customer_id, branch_id);
do $$
begin
  alter index if exists visits_by_start rename to visits_by_start_before;
  alter index visits_by_start_and_whose rename to visits_by_start;
end
$$;
drop index concurrently if exists visits_by_start_before;
