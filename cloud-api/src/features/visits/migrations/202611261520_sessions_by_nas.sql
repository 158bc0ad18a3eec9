-- When somebody last came through each access controller of a branch.
create index sessions_by_nas on sessions (tenant_id, branch_id, nas_id, started_at desc);
