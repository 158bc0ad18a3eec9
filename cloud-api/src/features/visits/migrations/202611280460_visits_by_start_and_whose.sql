-- With whose visit it was and where: what counts visits of some months reads them here alone, and not
-- the rows, which are five times as much.
drop index visits_by_start;
create index visits_by_start on visits (tenant_id, started_at desc, id desc) include (customer_id, branch_id);
