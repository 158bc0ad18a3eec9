-- By which sender the boxes of a branch ask a provider themselves, while the cloud is out of reach.
create table own_senders (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  sender_id uuid not null,
  primary key (tenant_id, branch_id)
);
select distribute('own_senders');
alter table own_senders add constraint own_senders_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
alter table own_senders add constraint own_senders_sender
  foreign key (tenant_id, sender_id) references senders (tenant_id, id);
create index own_senders_by_sender on own_senders (tenant_id, sender_id);
select isolate_tenants('own_senders');
select scope_to_branches('own_senders', 'branch_id');
