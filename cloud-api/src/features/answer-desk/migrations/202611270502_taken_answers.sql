-- Answers that staff filled in and their device told of. A device that was offline may tell one twice.
create table taken_answers (
  tenant_id uuid not null default current_tenant(),
  -- The answer's own, chosen by the device.
  id uuid not null,
  branch_id uuid not null,
  told_at timestamptz not null,
  primary key (tenant_id, id)
);
select distribute('taken_answers');
select isolate_tenants('taken_answers');
select scope_to_branches('taken_answers', 'branch_id');
