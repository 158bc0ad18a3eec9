-- Who had a mark that was removed: boxes have to hear that they have it no more, and the removal has its
-- position in the log only once it is done. A handler empties it.
create table mark_leavers (
  tenant_id uuid not null default current_tenant(),
  mark_id uuid not null,
  customer_id uuid not null,
  primary key (tenant_id, mark_id, customer_id)
);
select distribute('mark_leavers');
select isolate_tenants('mark_leavers');
