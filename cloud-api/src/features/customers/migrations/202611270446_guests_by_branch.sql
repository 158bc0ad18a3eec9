-- Whom some branches met, in the index alone: staff of branches see these. Under policies the branches
-- are a list in a setting, which is read once for an index and once for every row of the table otherwise.
create index guests_by_branch on guests (tenant_id, branch_id, customer_id);
