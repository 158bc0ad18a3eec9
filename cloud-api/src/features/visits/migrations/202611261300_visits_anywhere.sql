-- Who changed at any branch of the tenant: asked by boxes of branches whose pages count all visits.
create index branch_customers_by_any_change on branch_customers (tenant_id, changed_position);
