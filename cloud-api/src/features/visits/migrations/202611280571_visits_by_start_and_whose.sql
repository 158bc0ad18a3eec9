-- Outside of a transaction: visits are written while it is built.
-- With whose visit it was and where: what counts visits of some months reads them here alone, and not
-- the rows, which are five times as much. Under its former name at the end: releases before this one
-- drop it by that.
drop index concurrently if exists visits_by_start_and_whose;
create index concurrently visits_by_start_and_whose on visits (tenant_id, started_at desc, id desc) include (customer_id, branch_id);
drop index concurrently if exists visits_by_start;
alter index visits_by_start_and_whose rename to visits_by_start;
